"""Whether this server can do its work: whether its database can be read and written."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.store.database import Store
from adapters.store.money.lanes import ClockOff
from engine.errors import RequestFault

KEPT: Final = 5.0
"""Seconds for which an answer holds, so that those who ask often cost no more."""
log = logging.getLogger("takeback")


class Health:
    """The last look at the store; used by one thread at a time."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._looked: float | None = None
        self._fault: RequestFault | None = None
        self._off: ClockOff | None = None

    def fault(self) -> RequestFault | None:
        """What keeps the store from its work; None where nothing does."""
        if self._looked is None or self._clock() - self._looked >= KEPT:
            self._fault = self._found()
            self._looked = self._clock()
        return self._fault

    @property
    def said(self) -> dict[str, str]:
        """What is not well though the work is done: a clock that is off."""
        return {"clock": self._off.sentence} if self._off else {}

    def _found(self) -> RequestFault | None:
        try:
            self._store.check()
            with self._store.session():
                self._off = self._store.lanes.worst_clock()
        except RequestFault as fault:
            log.exception("the database is not well")
            return fault if fault.code == "unavailable" else None
        finally:
            self._store.close()  # or a look every few seconds would hold a connection
        return None


def health(store: Store) -> Route:
    """`GET /health`: 200, or 503 with a sentence."""
    looking, alone = Health(store), CapacityLimiter(1)

    async def answered(_request: Request) -> JSONResponse:
        fault = await to_thread.run_sync(looking.fault, limiter=alone)
        if fault is None:
            return JSONResponse({"status": "ok", **looking.said})
        return JSONResponse({"status": fault.code, "message": fault.message}, 503)

    return Route("/health", answered)
