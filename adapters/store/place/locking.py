"""The one order in which everybody locks rows, so that no two wait for each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Keys = tuple[str, Sequence[object]]
"""What stands in `IN (…)`, marks or a SELECT, and its values."""

Lock = tuple[str, Sequence[object]]
"""A SELECT of rows that are to be locked, in the order of their keys, and its values."""

ORDER: Final = (
    "goods_return",
    "purchase",
    "purchase_line",
    "payment",
    "charge",
    "purchase_amendment",
    "dispute_of_charge",
    "settlement",
    "received_parcel",
    "partnership",
    "chain",
)
"""Tables; rows of one by their keys, but for chains: those of suppliers go before others.

What is not among them comes last. All of it is a supplier's, whose chain is held by then, so that
nobody else is on the way there.
"""
