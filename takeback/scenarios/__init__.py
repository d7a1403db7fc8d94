"""Scenarios that commands are asked about: their facts, their names, and what comes out."""
