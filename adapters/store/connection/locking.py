"""The order in which all code locks rows, which prevents deadlocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Keys = tuple[str, Sequence[object]]
"""The text inside `IN (…)`, placeholders or a SELECT, and its values."""

Lock = tuple[str, Sequence[object]]
"""A SELECT of rows to be locked, in the order of their keys, and its values."""

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
"""Tables in the order of locking; within a table, rows by key, but suppliers' chains before others.

Other tables come last. All their rows belong to a supplier, whose chain is locked by then, so no
other session locks them meanwhile.
"""
