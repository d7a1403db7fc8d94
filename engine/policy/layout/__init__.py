"""The one canonical layout of a policy file; it changes how a text looks and never what it says."""
