"""Returns in the database: requests, decisions, arrivals, inspections; decides nothing itself."""
