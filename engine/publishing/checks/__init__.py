"""Checks of what a policy means: exact over rows where it can be, by decided returns elsewhere."""
