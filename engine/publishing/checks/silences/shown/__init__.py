"""Silences that only decided returns show; each is looked for where a policy is written so."""
