"""Stripe's objects and the calls that change them, one account at a time."""
