"""GraphQL over HTTP: bodies, documents, limits, execution; knows nothing of the API's content."""
