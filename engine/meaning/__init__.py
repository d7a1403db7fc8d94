"""Expresses what a policy means as one graph of expressions over its facts; knows no decider.

    Policy ── lowering ── Meaning (a node for each field) ── difference, nearest, code

A fact is unknown (not sent), absent (known to have no value) or an integer. All uses share the same
graph, so that a policy has one meaning for all of them.
"""
