"""Charges at gateways: one ceiling each, in however many orders, and the disputes of them."""
