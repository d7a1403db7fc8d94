"""Sessions of people who signed in; they expire and can be ended."""
