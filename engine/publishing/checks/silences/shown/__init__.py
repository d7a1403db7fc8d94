"""Silences that only decided returns reveal; each is looked for where a policy could have it."""
