"""Checks whether this server works: whether its database can be read and written."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.store.connection.clocks import clock_sentence
from adapters.store.connection.deadline import Deadline, within
from adapters.store.database import Store
from adapters.store.money.payouts import CLOCKS_DIFFER
from engine.errors import RequestFault

KEPT: Final = 5.0
"""Seconds for which a result is reused, so that frequent checks cost no more."""
LONGEST: Final = 5.0
"""Seconds that a check takes at most, since whoever asks waits no longer."""
log = logging.getLogger("takeback")


class Health:
    """The last check of the store; used by one thread at a time."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._looked: float | None = None
        self._fault: RequestFault | None = None
        self._off = ""

    def fault(self) -> RequestFault | None:
        """Returns what keeps the store from working, or None."""
        if self._looked is None or self._clock() - self._looked >= KEPT:
            self._fault = self._found()
            self._looked = self._clock()
        return self._fault

    @property
    def said(self) -> dict[str, str]:
        """What is wrong although the server works: a clock that is off."""
        return {"clock": self._off} if self._off else {}

    def _found(self) -> RequestFault | None:
        try:
            with within(Deadline(LONGEST)):
                self._store.check()
                self._off = self._clock_off()
        except RequestFault as fault:
            log.exception("the database is not well")
            if fault.code == "took_too_long":
                text = f"The database could not be read and written within {LONGEST:g} seconds."
                return RequestFault("unavailable", text)
            return fault if fault.code == "unavailable" else None
        finally:
            self._store.close()  # else a check every few seconds would keep a connection open
        return None

    def _clock_off(self) -> str:
        """Says that this process's clock is off the database server's, or some clock the
        gateway's; empty if none is.
        """
        ahead = self._store.seconds_ahead()
        if abs(ahead) > CLOCKS_DIFFER:
            return clock_sentence(ahead)
        with self._store.session():
            found = self._store.payouts.worst_clock()
            return found.sentence if found else ""


def health(store: Store) -> Route:
    """`GET /health`: 200, or 503 with a sentence."""
    looking, alone = Health(store), CapacityLimiter(1)

    async def answered(_request: Request) -> JSONResponse:
        fault = await to_thread.run_sync(looking.fault, limiter=alone)
        if fault is None:
            return JSONResponse({"status": "ok", **looking.said})
        return JSONResponse({"status": fault.code, "message": fault.message}, 503)

    return Route("/health", answered)
