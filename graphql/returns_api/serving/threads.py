"""The threads in which operations run, each with its own database connection.

With `anyio.to_thread.run_sync` and its own limiter, a request of one line takes 8 % more processor
time, measured at four connections.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Final, TypeVar

T = TypeVar("T")
THREADS: Final = 8
"""More gain nothing on SQLite, and each would hold a connection to a larger database."""

_Call = tuple[asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]]
_Inbox = SimpleQueue[_Call | None]


class Threads:
    """At most `most` threads, started when needed; used on the event loop only.

    The thread that was busy last runs next, since its connection's caches are the most recent.
    """

    def __init__(self, most: int = THREADS) -> None:
        self._most = most
        self._begun: list[tuple[threading.Thread, _Inbox]] = []
        self._idle: list[_Inbox] = []
        self._waiting: deque[_Call] = deque()

    async def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """Runs a call in one of the threads and returns its result; continues if nobody waits for
        it.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._idle:
            self._idle.pop().put((future, call, arguments))
        elif len(self._begun) < self._most:
            self._begin().put((future, call, arguments))
        else:
            self._waiting.append((future, call, arguments))
        return await future

    def close(self) -> None:
        """Stops the threads after their current calls, and closes their connections."""
        for _, inbox in self._begun:
            inbox.put(None)
        for thread, _ in self._begun:
            thread.join()
        self._begun.clear()
        self._idle.clear()

    def _begin(self) -> _Inbox:
        inbox: _Inbox = SimpleQueue()
        name = f"operations {len(self._begun) + 1}"
        thread = threading.Thread(target=self._work, args=(inbox,), name=name, daemon=True)
        self._begun.append((thread, inbox))
        thread.start()
        return inbox

    def _work(self, inbox: _Inbox) -> None:
        """The loop of a thread, until it is stopped or the event loop is closed."""
        while (item := inbox.get()) is not None:
            future, call, arguments = item
            made, error = None, None
            try:
                made = None if future.cancelled() else call(*arguments)
            except BaseException as raised:  # noqa: BLE001 - the waiting caller gets it
                error = raised
            try:
                future.get_loop().call_soon_threadsafe(self._done, inbox, future, made, error)
            except RuntimeError:  # the event loop was closed
                return
            del item, future, call, arguments, made, error  # keeps no references while it waits

    def _done(
        self, inbox: _Inbox, future: asyncio.Future[Any], made: Any, error: BaseException | None
    ) -> None:
        if self._waiting:
            inbox.put(self._waiting.popleft())
        else:
            self._idle.append(inbox)
        if future.cancelled():
            return
        if error is None:
            future.set_result(made)
        elif isinstance(error, StopIteration):  # no future accepts it
            future.set_exception(RuntimeError("StopIteration was raised"))
        else:
            future.set_exception(error)
