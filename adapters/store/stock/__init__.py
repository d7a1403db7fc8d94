"""Stock, channels and feeds in the database; sends nothing and decides no disposition."""
