"""Identifies who makes a request; it must not know where keys are stored or what is requested."""
