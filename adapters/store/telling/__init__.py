"""Which retailers of a supplier a change concerns, and what each of them is told of it."""
