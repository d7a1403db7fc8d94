"""Orders with their lines, history and the supplier's stamp, read by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from adapters.store.connection.statements import Row, Statements
from adapters.store.hot_reads.families import BESIDE, Family, families_beside
from adapters.store.ordering.history import ENTRY, entries
from adapters.store.ordering.records import HistoryEntry

_COLUMNS: Final = f", (SELECT t.value FROM stamp t WHERE t.about = o.supplier), {ENTRY}"  # noqa: S608
_ENTRY: Final = BESIDE + 1
_JOINED: Final = """LEFT JOIN purchase_change c ON c."order" = o.id AND NOT EXISTS (
    SELECT 1 FROM purchase_line f WHERE f."order" = o.id AND f.id < l.id)"""
"""Joins the history to only one line of an order."""


class Ordered(Struct, frozen=True, kw_only=True, gc=False):
    """An order with its lines and its history.

    `stamp` is the current version of what its supplier agreed and published.
    """

    family: Family
    history: tuple[HistoryEntry, ...]
    stamp: str


def ordered(
    statements: Statements, condition: str, values: Sequence[object]
) -> tuple[Ordered, ...]:
    """The orders `o` that meet a condition, by number."""
    found = families_beside(statements, (_COLUMNS, _JOINED), condition, values)
    return tuple(_ordered(family, rows) for family, rows in found)


def _ordered(family: Family, rows: Sequence[Row]) -> Ordered:
    history = entries(row[_ENTRY:] for row in rows)
    return Ordered(family=family, history=history, stamp=rows[0][BESIDE] or "")
