"""Computes what is owed for a return as it stands, and the difference to what was
planned before.
"""
