"""Frequent reads: each is one joined statement, and some results are cached under a stamp.

They return records, not entities. Less frequent reads use Pony's entities.
"""
