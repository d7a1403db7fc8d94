"""Which retailers a supplier's change concerns, and what the journal tells each of them."""
