"""Writes a policy out again: merged, with what it leaves unsaid, and where each line came from.

    the layers of a day ── defaults filled in ── YAML, a comment with the origin on every line

It must not know where policies are kept or how they are shown to people.
"""
