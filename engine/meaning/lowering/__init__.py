"""Lowers a policy to expressions for one return line, topic by topic in their order."""
