"""How long editions hold: what is withdrawn, what follows then, and who still builds on it.

It must not know what a policy says.
"""
