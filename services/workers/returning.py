"""Goes on with returns that wait for nobody: their day, place or money has come."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from adapters.store.database import Store
from services.returns.cases import Desk
from services.returns.library import Library
from services.returns.settling.squaring import close_squared, open_unsquared
from services.returns.waking import place_approved, settle_waiting, wake_due
from services.workers.repeating import repeated

BATCH: Final = 20
"""Returns between looks at whether it is over."""


class Returner:
    """One of many that may run; what one holds the others leave."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self.work, over)

    def work(self) -> int:
        """Goes on with what is due now, a return in a transaction; says with how many."""
        steps = (wake_due, settle_waiting, place_approved, open_unsquared, close_squared)
        return sum(map(self._each, steps))

    def _each(self, go_on: Callable[[Desk], bool]) -> int:
        for done in range(BATCH):
            with self._store.writing():
                if not go_on(Desk(self._store, self._library)):
                    return done
        return BATCH
