"""Orders that are added, confirmed and amended; part of the schema."""
