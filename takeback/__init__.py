"""Commands, settings, wiring and the server; holds no rules of the domain."""
