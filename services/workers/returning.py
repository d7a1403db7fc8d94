"""Advances returns whose deadline, return-to address or payment has arrived."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from adapters.store.database import Store
from services.returns.decision_service import DecisionService
from services.returns.due_deadlines import place_approved, settle_waiting, wake_due
from services.returns.library import Library
from services.returns.settling.closing import close_squared, open_unsquared
from services.workers.repeating import repeated

BATCH: Final = 20
"""Returns per step; `over` is checked between batches."""


class Returner:
    """One of any number of workers; a return that one has locked is skipped by the others."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self._store, self.work, over)

    def work(self) -> int:
        """Advances the returns that are due, each in its own transaction; returns their number."""
        steps = (wake_due, settle_waiting, place_approved, open_unsquared, close_squared)
        return sum(map(self._each, steps))

    def _each(self, go_on: Callable[[DecisionService], bool]) -> int:
        for done in range(BATCH):
            with self._store.writing():
                if not go_on(DecisionService(self._store, self._library)):
                    return done
        return BATCH
