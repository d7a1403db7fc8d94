"""Where the store is: its address, its schema brought up to date, and what goes wrong there."""
