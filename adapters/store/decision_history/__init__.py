"""Past decisions for replays, and what could change their outcome between then and now."""
