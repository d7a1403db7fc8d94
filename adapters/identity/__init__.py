"""Says who is asking; it must not know where keys are kept or what is asked."""
