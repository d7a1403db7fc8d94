"""Which rows hold: a policy laid out as integers, the rule network, and its twin in plain Python."""
