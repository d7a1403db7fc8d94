"""What is there of each SKU, and which partners are told of it."""
