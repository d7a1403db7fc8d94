"""The rule network over integers, which decides which rows hold, and plain Python to check it."""
