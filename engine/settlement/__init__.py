"""Settles a return line in money or credit: the amount, the instrument and the state.

Must not know the wire format of a gateway nor the database; amounts are minor units that were
decided before.
"""
