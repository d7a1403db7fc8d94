"""Compiles documents of a Strawberry schema into plain functions; knows nothing of returns."""
