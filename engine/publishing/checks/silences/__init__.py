"""Silences: keys that the language accepts but that have no effect, or not the one written.

Each module knows the silences of one kind of topic, and says of each what holds today and what to
write. Reading a policy refuses none of them: stored editions are still read and decided.
"""
