"""Suppliers' payment gateways; only this package knows Stripe, and it decides no amounts."""
