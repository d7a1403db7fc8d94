"""Writes what a policy says of one return line as expressions, topic by topic in their order."""
