"""Sessions of people who signed in; they end by themselves and can be ended."""
