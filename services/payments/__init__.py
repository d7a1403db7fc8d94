"""Use cases of a partner's gateway: accounts, webhooks, reading charges, and reconciliation.

Brings the store, the vault and the gateways together, and decides no amount.
"""
