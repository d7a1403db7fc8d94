"""The use cases: the one layer that applies the engine's rules inside the store's transactions."""
