"""Squares a return line in money or credit: how much, by which way, and in which state it is.

Knows no gateway's wire and no store; amounts are minor units, decided already.
"""
