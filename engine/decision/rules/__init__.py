"""Which rows hold: the rule network over integers, and its twin in plain Python."""
