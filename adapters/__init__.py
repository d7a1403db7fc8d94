"""Everything that leaves the process; it must not know the API, the command line or the web pages."""
