"""Works again and again until it is told to end; a pause where there was nothing to do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from engine.errors import RequestFault

IDLE: Final = 0.5
"""Seconds of a pause."""

log = logging.getLogger("services.workers")


def repeated(work: Callable[[], int], over: threading.Event) -> None:
    """Does the work until `over` is set; what breaks is logged and tried again.

    `work` says how much it did. What it cannot do now, a `RequestFault`, is one line of the log,
    and none for as long as nothing else is said.
    """
    told = None
    while not over.is_set():
        try:
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
