"""Decides a return as a whole: the state of its units, and what is owed for the settled ones."""
