"""Documents that leave Takeback as files; their contents are decided elsewhere."""
