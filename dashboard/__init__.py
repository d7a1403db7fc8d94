"""The web pages: a client of the GraphQL API and of nothing else."""
