"""Stripe's objects and what becomes of them, one account at a time."""
