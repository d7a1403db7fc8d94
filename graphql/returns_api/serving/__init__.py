"""GraphQL over HTTP: bodies, documents, limits, execution; it must not know what the API offers."""
