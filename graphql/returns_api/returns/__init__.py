"""The API for returns: requesting them, taking their steps, and reading them."""
