"""What authors of policies ask and do before they publish."""
