"""The types of the schema; they must not hold what is done with them."""
