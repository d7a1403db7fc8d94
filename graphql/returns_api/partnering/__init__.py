"""The API for partnerships: invitations, acceptances and keys."""
