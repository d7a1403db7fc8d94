"""A return as a whole: its units as they stand, and what is owed for those settled so far."""
