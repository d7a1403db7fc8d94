"""The types of the schema; they hold no operations."""
