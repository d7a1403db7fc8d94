"""Deletes the files of documents that were erased, and of uploads that were never completed."""

from __future__ import annotations

import threading

from adapters.store.database import Store
from services.returns.filing import Filing
from services.workers.repeating import repeated


class Sweeper:
    """Any number may run: deleting a file twice does no harm."""

    def __init__(self, store: Store, filing: Filing) -> None:
        self._store = store
        self._filing = filing

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self._store, self.work, over)

    def work(self) -> int:
        """Deletes the files that are due; returns the number of documents."""
        return self._filing.sweep()
