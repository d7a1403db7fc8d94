"""Goods that came back: what moves in stock because of them, and what partners are to see.

Knows no channel's wire and no store; a stock move happens once for its cause.
"""
