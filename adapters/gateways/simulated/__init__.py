"""A stand-in for Stripe on loopback: a ledger behind Stripe's API, with faults to switch on.

The demo uses it without any key, and tests use it with faults. It knows nothing of Takeback.
"""
