"""Commands about goods: what is sold, what is there, and who is told."""
