"""Reads the forms that occur in many places of a policy: words, amounts, starts, conditions.

A reader takes a node and the context; if the node has the wrong form, it records a fault and
returns None. It knows no topic.
"""
