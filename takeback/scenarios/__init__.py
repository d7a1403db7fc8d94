"""Scenarios given to commands: their facts and their names."""
