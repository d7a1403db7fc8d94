"""Which returns rows cover: sets of values, boxes of them, and what can come together."""
