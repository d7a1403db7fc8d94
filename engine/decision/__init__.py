"""Decides return lines under a policy; must not know who asks or what follows from a decision."""
