"""Documents that leave Takeback as files; what is in them is decided elsewhere."""
