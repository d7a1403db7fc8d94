"""How partners come together: invitations, what was accepted, and the keys of each."""
