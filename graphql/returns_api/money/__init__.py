"""The API for money: payments, settlements, refunds of orders, and gateways."""
