"""What suppliers declare: their products and their locations."""
