"""Reads the shapes that stand in many places of a policy: words, amounts, starts, conditions.

A reader takes a node and the context, records a fault where the node is not what it must be, and
then returns None. It knows no topic.
"""
