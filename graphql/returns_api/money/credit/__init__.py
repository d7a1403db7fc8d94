"""Account credit: shown to both partners, and spent by suppliers."""
