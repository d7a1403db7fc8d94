"""Changes the tree of a policy before it is read: short forms, bases, edits and agreed values.

    text ── parse ── in full ── base chain ── edits ── agreed values ── the tree that is read

Everything here works on nodes and keeps their positions; it must not know what a row means.
"""
