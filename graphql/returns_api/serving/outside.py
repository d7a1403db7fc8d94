"""Runs the work of requests other than operations: files and webhooks.

Like an operation, each has a deadline, each payer has a part of the threads, and nothing is begun
for a client who has gone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from adapters.store.connection.deadline import Deadline, within
from engine.errors import RequestFault
from returns_api.serving.bodies import GONE
from returns_api.serving.thread_shares import Lanes

T = TypeVar("T")
THREADS: Final = 4
"""Threads of a process for everything but the API's operations: files, pages, and webhooks."""


class OutsideWork:
    """Shares the default threads of the event loop; each work takes `seconds` at most."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lanes = Lanes(THREADS // 2)

    async def run(self, request: Request, payer: str, call: Callable[..., T], *arguments: Any) -> T:
        """Returns what a call returns; the body of the request was read before.

        Raises `RequestFault` `took_too_long` or, if the client has gone before it could begin,
        `unavailable`.
        """
        deadline = Deadline(self.seconds)
        async with self._lanes.turn(payer), to_thread.current_default_thread_limiter():
            if await request.is_disconnected():
                raise RequestFault("unavailable", GONE)
            alone = CapacityLimiter(1)
            return await to_thread.run_sync(_in_time, deadline, call, arguments, limiter=alone)


def _in_time(deadline: Deadline, call: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    if deadline.left() <= 0:
        raise deadline.fault()
    with within(deadline):
        return call(*arguments)
