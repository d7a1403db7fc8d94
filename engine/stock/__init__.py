"""Returned goods: the stock moves that they cause, and the stock that partners see.

Must not know the wire format of a channel nor the database; a stock move happens once per cause.
"""
