"""The history of each order: entries are added and never change."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Final

import msgspec

from adapters.identity.principal import Kind
from adapters.store.moments import given_back, kept
from adapters.store.ordering.records import Event, HistoryEntry, Speaker, Told
from adapters.store.ordering.tables import OrderingTables
from adapters.store.place.statements import Statements, json_of, marks
from adapters.store.tables import select

_OF: Final = """SELECT c."order", c.number, c.event, c.what, c.old, c.new, c.side, c."by", c.at,
    c.why FROM purchase_change c WHERE c."order" IN ({}) ORDER BY c."order", c.number"""

HISTORY: Final = """CAST((SELECT json_group_array(json_array(c.number, c.event, c.what, c.old,
    c.new, c.side, c."by", c.at, c.why)) FROM purchase_change c WHERE c."order" = {}) AS TEXT)"""
"""The entries of an order, by what stands for its key."""


class OrderHistory:
    """Every call runs inside a session of the store that holds the order."""

    def __init__(
        self, statements: Statements, tables: OrderingTables, now: Callable[[], datetime]
    ) -> None:
        self._statements = statements
        self._tables = tables
        self._now = now

    def add(self, order: str, speaker: Speaker, told: Told) -> None:
        """One more entry."""
        rows = self._tables.Change
        last = select(max(c.number) for c in rows if c.order == order).first()
        rows(
            order=order,
            number=1 + (last or 0),
            event=told.event,
            what=told.what,
            old=msgspec.json.encode(told.old).decode(),
            new=msgspec.json.encode(told.new).decode(),
            side=speaker.side,
            by=speaker.by,
            at=kept(self._now()),
            why=told.why,
        )

    def of(self, order: str) -> tuple[HistoryEntry, ...]:
        """All entries in order, whoever asks."""
        return self.of_each([order])[order]

    def of_each(self, orders: Collection[str]) -> dict[str, tuple[HistoryEntry, ...]]:
        """The same of several orders, by their keys."""
        found: dict[str, list[HistoryEntry]] = {each: [] for each in orders}
        wanted = sorted(found)
        for order, *rest in self._statements.rows(_OF.format(marks(wanted)), *wanted):
            found[order].append(_entry(*rest))
        return {order: tuple(entries) for order, entries in found.items()}


def entries(text: str | None) -> tuple[HistoryEntry, ...]:
    """Those of an order by what `HISTORY` gives, in order."""
    rows = sorted(json_of(text or "[]"), key=lambda row: int(row[0]))
    return tuple(_entry(*row) for row in rows)


def _entry(number: int, *row: Any) -> HistoryEntry:
    event, what, old, new, side, by, at, why = row
    told = Told(event=Event(event), what=what, old=json_of(old), new=json_of(new), why=why)
    speaker = Speaker(side=Kind(side), by=by)
    return HistoryEntry(number=number, told=told, speaker=speaker, at=given_back(at))
