"""Commands about products, stock, and the retailers who are told the stock."""
