"""The ledger of account credit: its rows, the only way to add to them, and balances."""
