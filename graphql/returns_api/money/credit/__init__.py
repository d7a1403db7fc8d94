"""Account credit, as the API shows it and lets suppliers spend it."""
