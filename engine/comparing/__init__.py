"""Compares two policies for people: says what changes, with a decided return for each change."""
