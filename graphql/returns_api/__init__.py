"""The GraphQL API; it must not hold rules of the domain or know how the server is started."""
