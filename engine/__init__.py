"""The domain of returns; it must not know databases, networks, a clock or our other packages."""
