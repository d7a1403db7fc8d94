"""Keeps and finds records in a database; it must not decide anything about a return."""
