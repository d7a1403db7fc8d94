"""What a policy means, as one graph of expressions over its facts; it knows no decider.

    Policy ── lowering ── Meaning (a node for each field) ── difference, nearest, code

A fact is unknown (not sent), absent (known to have no value) or an integer. Every use asks the same
graph, so that there is one meaning and not one for each use.
"""
