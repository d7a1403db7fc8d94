"""Charges at gateways: one ceiling each, over all their orders, and their disputes."""
