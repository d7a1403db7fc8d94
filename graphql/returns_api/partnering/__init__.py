"""How partners come together over the API: invitations, acceptances, keys."""
