"""Formats the API's values for people: values, words of closed sets, charts."""
