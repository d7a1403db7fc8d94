"""Use cases of partners: invitations, acceptances of policies, and API keys."""
