"""Spreads refunds of an order over its payments."""
