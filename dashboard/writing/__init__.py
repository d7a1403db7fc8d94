"""Writes what the API says for people: values, words of closed sets, charts."""
