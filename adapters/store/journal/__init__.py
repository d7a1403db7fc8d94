"""Who hears what: every kind of entry of the journal, each with its sides and what it needs."""
