"""Checks of a policy's meaning: exact over rows where possible, else by decided returns."""
