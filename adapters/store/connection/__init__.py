"""Where the store's database is: its address, connections, schema, locks and errors."""
