"""Silences: keys that the language reads and nothing heeds, or that pay something else.

Each module knows the silences of one kind of topic, and says of each what holds today and what to
write. Reading a policy refuses none of them: stored editions are still read and decided.
"""
