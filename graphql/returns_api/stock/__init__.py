"""The API for stock: levels, channels to partners, and the state of their feeds."""
