"""Partners: who is invited and joined, what was accepted, and who has which key."""
