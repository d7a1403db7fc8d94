"""Returns in the database: what was asked, decided, received and found; decides nothing itself."""
