"""One module per command; each turns options into calls and results into lines of text."""
