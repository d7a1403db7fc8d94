"""Returns that are decided to see what a policy does: where to start, what to change."""
