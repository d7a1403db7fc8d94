"""Commands about money: gateways, workers, reconciliation, account credit and the journal."""
