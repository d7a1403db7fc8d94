"""Repeats a worker's task until it is told to stop, pausing when there was nothing to do.

On a clock that is hours off nothing is done: deadlines would end early, and files be deleted.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from adapters.store.database import Store
from engine.errors import RequestFault

IDLE: Final = 0.5
"""Length of a pause in seconds."""

log = logging.getLogger("services.workers")


def repeated(store: Store, work: Callable[[], int], over: threading.Event) -> None:
    """Calls `work` until `over` is set; logs errors and tries again.

    `work` returns how much it did; it is not called while the store finds the clock wrong. A
    `RequestFault` is logged as one line, and not again while its message stays the same.
    """
    told = None
    while not over.is_set():
        try:
            store.check_clock()
            worked, told = work(), None
        except RequestFault as fault:
            if fault.message != told:
                log.error("a worker waits: %s", fault.message)
            worked, told = 0, fault.message
        except Exception:
            log.exception("a worker stumbled; it goes on")
            worked = 0
        if not worked:
            over.wait(IDLE)
