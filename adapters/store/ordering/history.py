"""The history of each order: entries are added and never change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from adapters.identity.principal import Kind
from adapters.store.moments import given_back, kept
from adapters.store.ordering.records import Event, HistoryEntry, Speaker, Told
from adapters.store.ordering.tables import OrderingTables
from adapters.store.tables import select


class OrderHistory:
    """Every call runs inside a session of the store that holds the order."""

    def __init__(self, tables: OrderingTables, now: Callable[[], datetime]) -> None:
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
        rows = self._tables.Change
        found = select(c for c in rows if c.order == order)
        return tuple(map(_entry, found.order_by(lambda c: c.number)))


def _entry(row: Any) -> HistoryEntry:
    told = Told(
        event=Event(row.event),
        what=row.what,
        old=msgspec.json.decode(row.old),
        new=msgspec.json.decode(row.new),
        why=row.why,
    )
    speaker = Speaker(side=Kind(row.side), by=row.by)
    return HistoryEntry(number=row.number, told=told, speaker=speaker, at=given_back(row.at))
