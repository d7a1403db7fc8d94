"""Returns over GraphQL: asked for, gone on with step by step, and seen by those whose they are."""
