"""Background loops that call the services: payouts, returns, stock feeds, reconciliation."""
