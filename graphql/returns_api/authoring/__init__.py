"""The API for authors of policies, before they publish."""
