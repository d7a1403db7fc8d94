"""Money of partners at their gateways: whose account, what is sent, looked at, compared.

It brings the store, the vault and the gateways together, and decides no amount.
"""
