"""Events of gateways that came in, each taken once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from adapters.store.moments import kept
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select

KEPT: Final = timedelta(days=40)
"""Longer than any gateway repeats an event."""


class Inbox:
    """Every call runs inside a writing session of the store."""

    def __init__(self, tables: MoneyTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def first(self, tenant: str, event: str, type_: str) -> bool:
        """Whether an event comes for the first time."""
        rows = self._tables.Inbox
        if rows.get(tenant=tenant, event=event) is not None:
            return False
        rows(tenant=tenant, event=event, type=type_[:200], received_at=kept(self._now()))
        return True

    def forget(self) -> int:
        """Drops what no gateway repeats any more; says how many."""
        rows, before = self._tables.Inbox, kept(self._now() - KEPT)
        return int(select(i for i in rows if i.received_at < before).delete(bulk=True))
