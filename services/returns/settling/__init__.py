"""Computes what is owed for a return, and the difference to what was planned before."""
