"""Account credit as a ledger: its rows, the one way to add to them, and what they say."""
