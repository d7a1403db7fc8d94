"""The threads in which operations run, each with a connection to the database of its own.

With `anyio.to_thread.run_sync` and a limiter of its own a request of one line takes 8 % more of the
processor, measured at four connections.
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
"""More bring nothing on SQLite, and each would hold a connection to a larger database."""

_Call = tuple[asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]]
_Inbox = SimpleQueue[_Call | None]


class Threads:
    """At most `most`, begun when they are needed; used on the event loop only.

    Whoever was busy last goes on first: what its connection has read is the newest.
    """

    def __init__(self, most: int = THREADS) -> None:
        self._most = most
        self._begun: list[tuple[threading.Thread, _Inbox]] = []
        self._idle: list[_Inbox] = []
        self._waiting: deque[_Call] = deque()

    async def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """What a call gives in one of the threads; it goes on where nobody waits any more."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._idle:
            self._idle.pop().put((future, call, arguments))
        elif len(self._begun) < self._most:
            self._begin().put((future, call, arguments))
        else:
            self._waiting.append((future, call, arguments))
        return await future

    def close(self) -> None:
        """Ends them once they have done what they do, and with them their connections."""
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
        """In a thread, until it is ended or nobody is there to hear of anything."""
        while (item := inbox.get()) is not None:
            future, call, arguments = item
            made, error = None, None
            try:
                made = None if future.cancelled() else call(*arguments)
            except BaseException as raised:  # noqa: BLE001 - whoever waits hears of it
                error = raised
            try:
                future.get_loop().call_soon_threadsafe(self._done, inbox, future, made, error)
            except RuntimeError:  # the loop was closed
                return
            del item, future, call, arguments, made, error  # kept by nobody who waits

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
        elif isinstance(error, StopIteration):  # which no future takes
            future.set_exception(RuntimeError("StopIteration was raised"))
        else:
            future.set_exception(error)
