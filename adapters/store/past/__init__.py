"""Past decisions as replays read them, and what could change an outcome between then and now."""
