"""Reads everything of a policy that is not a topic: who, when, where, and its own words."""
