"""How long editions are in force: withdrawals, their effects, and the editions built on them.

It must not know what a policy says.
"""
