"""Channels that send stock levels to trading partners; they change no stock.

They never show a partner's answer to anybody.
"""
