"""The history of each order; entries are added and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from adapters.identity.principal import Kind
from adapters.store.connection.statements import Row, Statements, json_of
from adapters.store.ordering.records import Event, HistoryEntry, Speaker, Told
from adapters.store.ordering.tables import OrderingTables
from adapters.store.tables import select
from adapters.store.timestamps import given_back, kept

ENTRY: Final = """c.number, c.event, c.what, c.old, c.new, c.side, c."by", c.at, c.why"""
"""The columns of an entry."""

_OF: Final = f"""SELECT {ENTRY} FROM purchase_change c WHERE c."order" = ? ORDER BY c.number"""  # noqa: S608 - our own names


class OrderHistory:
    """Every call runs inside a session of the store that has locked the order."""

    def __init__(
        self, statements: Statements, tables: OrderingTables, now: Callable[[], datetime]
    ) -> None:
        self._statements = statements
        self._tables = tables
        self._now = now

    def add(self, order: str, speaker: Speaker, told: Told) -> None:
        """Adds an entry."""
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
        """All entries in order; unscoped: no tenant check."""
        return entries(self._statements.rows(_OF, order))


def entries(rows: Iterable[Row]) -> tuple[HistoryEntry, ...]:
    """Reads an order's entries, in order, from `ENTRY` columns; NULL ones are skipped."""
    found = [_entry(*row) for row in rows if row[0] is not None]
    if len(found) > 1:
        found.sort(key=lambda entry: entry.number)
    return tuple(found)


def _entry(number: int, event: str, what: str, old: str, new: str, *by_whom: Any) -> HistoryEntry:
    side, by, at, why = by_whom
    told = Told(event=Event(event), what=what, old=json_of(old), new=json_of(new), why=why)
    speaker = Speaker(side=Kind(side), by=by)
    return HistoryEntry(number=number, told=told, speaker=speaker, at=given_back(at))
