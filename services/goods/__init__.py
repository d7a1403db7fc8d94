"""What suppliers declare: their products, and the places that they ship from."""
