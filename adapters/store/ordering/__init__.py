"""What was said of orders: proposals and amendments that wait, and the history of each order."""
