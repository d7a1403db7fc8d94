"""Kinds of journal entries: whose journals get each kind, and which fields and scopes it has."""
