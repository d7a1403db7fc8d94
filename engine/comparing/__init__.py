"""Compares two policies for people: what changes, in plain words, shown by decided returns."""
