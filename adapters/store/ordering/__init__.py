"""Proposed orders and amendments that wait for the supplier, and the history of each order."""
