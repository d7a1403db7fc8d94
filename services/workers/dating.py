"""Works out again the last days of orders that are not current, a few at a time."""

from __future__ import annotations

import threading
from typing import Final

from adapters.store.database import Store
from adapters.store.last_days import DaysFound, DueDays
from services.returns.cases import Desk
from services.returns.last_days import last_days
from services.returns.library import Library
from services.workers.repeating import repeated

BATCH: Final = 50
"""Orders between looks at whether it is over; what was done of them stays done."""


class Dater:
    """One of many that may run; what two work out at once is the same."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self.work, over)

    def work(self) -> int:
        """Works out the days of some orders; says of how many."""
        with self._store.session():
            due = self._store.last_days.due(BATCH)
        found = [(each, self._found(each)) for each in due]
        with self._store.writing():
            for each, days in found:
                if days is not None:
                    self._store.last_days.keep(each, days)
        return len(due)

    def _found(self, due: DueDays) -> DaysFound | None:
        """None for an order that is gone since. No lock is held while it is decided."""
        with self._store.session():
            family = self._store.orders.whole(due.order)
            return last_days(Desk(self._store, self._library), family) if family else None
