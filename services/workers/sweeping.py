"""Removes the files of documents that were erased, or whose sender was cut off."""

from __future__ import annotations

import threading

from services.returns.filing import Filing
from services.workers.repeating import repeated


class Sweeper:
    """Any number may run: a file is removed once, and removing it again does nothing."""

    def __init__(self, filing: Filing) -> None:
        self._filing = filing

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self.work, over)

    def work(self) -> int:
        """Removes what is left now; says of how many documents."""
        return self._filing.sweep()
