"""Commands about money: gateways, workers, comparison with a gateway, the journal."""
