"""How what goes back of an order is spread over its payments."""
