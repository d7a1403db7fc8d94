"""Recomputes the last return days of orders whose stored days are out of date, in batches."""

from __future__ import annotations

import threading
from typing import Final

from adapters.store.database import Store
from adapters.store.last_days import DaysFound, DueDays
from services.returns.decision_service import DecisionService
from services.returns.last_days import last_days
from services.returns.library import Library
from services.workers.repeating import repeated

BATCH: Final = 50
"""Orders per batch; `over` is checked between batches, and finished batches stay stored."""


class Dater:
    """One of any number of workers; two that compute the same order get the same days."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self._store, self.work, over)

    def work(self) -> int:
        """Recomputes the days of one batch of orders; returns their number."""
        with self._store.session():
            due = self._store.last_days.due(BATCH)
        found = [(each, self._found(each)) for each in due]
        with self._store.writing():
            for each, days in found:
                if days is not None:
                    self._store.last_days.keep(each, days)
        return len(due)

    def _found(self, due: DueDays) -> DaysFound | None:
        """Returns None for an order deleted meanwhile. Holds no lock while it decides."""
        with self._store.session():
            family = self._store.orders.whole(due.order)
            return (
                last_days(DecisionService(self._store, self._library), family) if family else None
            )
