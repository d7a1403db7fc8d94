"""Writes a policy out in full: merged, with its defaults, and with the origin of each line.

    the layers of a day ── defaults filled in ── YAML, a comment with the origin on every line

Must not know where policies are stored or how they are shown to people.
"""
