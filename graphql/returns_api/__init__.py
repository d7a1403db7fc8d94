"""The GraphQL API; holds no rules of the domain and does not know how the server is started."""
