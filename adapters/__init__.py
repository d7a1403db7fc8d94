"""Everything that leaves the process; it must not know the API, the commands or the web pages."""
