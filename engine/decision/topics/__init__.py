"""Decides the topics from the rows that hold; each module fills its part of an outcome builder."""
