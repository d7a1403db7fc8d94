"""How partners come together: invitations, accepted editions, and each partner's keys."""
