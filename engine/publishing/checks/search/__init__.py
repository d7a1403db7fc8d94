"""Returns that are decided to see what a policy does: which to start from, what to change."""
