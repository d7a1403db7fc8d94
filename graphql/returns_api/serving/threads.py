"""The threads in which operations run, each with its own database connection.

Python runs one thread at a time. Where the database is a part of the process, several threads that
work at the same time mostly take turns, and each has its own cache of the database: a request of
one line then takes a quarter more processor time. There one thread works off what waits, others
help once that takes `patience`, and what several operations keep is committed together.

With `anyio.to_thread.run_sync` and its own limiter, a request of one line takes 8 % more processor
time, measured at four connections.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Final, Protocol, TypeVar

T = TypeVar("T")
THREADS: Final = 8
"""More gain nothing on SQLite, and each would hold a connection to a larger database."""
PATIENCE: Final = 0.005
"""Seconds that calls wait for one thread, if its database is a part of the process."""


class Kept(Protocol):
    """What a call keeps. A call that `is_late` says so when it is run again."""

    def __bool__(self) -> bool:
        """Whether it kept anything."""
        ...

    @property
    def until(self) -> float:
        """The call's deadline, by the monotonic clock."""
        ...

    @property
    def is_late(self) -> bool:
        """Whether that has passed."""
        ...


class Together(Protocol):
    """Stores what several calls keep by one commit, as `GroupCommit` does."""

    def collecting(self) -> AbstractContextManager[Kept]:
        """A block that collects what the call inside it keeps."""
        ...

    def commit(self, kept: Sequence[Any]) -> None:
        """Stores what blocks collected, or raises and stores nothing."""
        ...


@dataclass(slots=True, eq=False)
class _Call:
    """A call, what came of it, and what it keeps, without which nobody is told."""

    future: asyncio.Future[Any]
    call: Callable[..., Any]
    arguments: tuple[Any, ...]
    since: float
    made: Any = None
    error: BaseException | None = None
    kept: Kept | None = None

    def run(self) -> None:
        """Runs it unless nobody waits any more."""
        self.made, self.error = None, None
        try:
            if not self.future.cancelled():
                self.made = self.call(*self.arguments)
        except BaseException as raised:  # noqa: BLE001 - the waiting caller gets it
            self.error = raised

    def tell(self) -> None:
        """On the event loop: tells whoever waits, if anybody does."""
        if self.future.cancelled():
            return
        if self.error is None:
            self.future.set_result(self.made)
        elif isinstance(self.error, StopIteration):  # no future accepts it
            self.future.set_exception(RuntimeError("StopIteration was raised"))
        else:
            self.future.set_exception(self.error)


_Inbox = SimpleQueue[bool]


class Threads:
    """At most `most` threads, started when needed; `run` is for the event loop only.

    A thread more is woken for a call that came `patience` seconds ago. The thread that was busy
    last is woken first, since its connection's caches are the most recent.
    """

    def __init__(
        self, most: int = THREADS, patience: float = 0, together: Together | None = None
    ) -> None:
        self._most = most
        self._patience = patience
        self._together = together
        self._lock = threading.Lock()
        self._begun: list[tuple[threading.Thread, _Inbox]] = []
        self._idle: list[_Inbox] = []
        self._waiting: deque[_Call] = deque()
        self._held: list[_Call] = []
        self._held_since = 0.0
        self._busy: dict[_Inbox, float] = {}
        self._committing = False
        self._watching: set[asyncio.AbstractEventLoop] = set()

    async def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """Runs a call in one of the threads and returns its result; continues if nobody waits for
        it.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._lock:
            now = time.monotonic()
            self._waiting.append(_Call(future, call, arguments, now))
            ready = len(self._begun) - len(self._idle) - self._stuck(now)
            if not ready or (not self._patience and ready < len(self._waiting)):
                self._wake()
            if self._patience and (ready or self._busy) and loop not in self._watching:
                self._watching = {loop, *(each for each in self._watching if not each.is_closed())}
                loop.call_later(self._patience, self._watch, loop)
        return await future

    def close(self) -> None:
        """Stops the threads after their current calls, and closes their connections."""
        for _, inbox in self._begun:
            inbox.put(False)
        for thread, _ in self._begun:
            thread.join()
        self._begun.clear()
        self._idle.clear()

    def _stuck(self, now: float) -> int:
        """How many threads have been at one call for `patience`."""
        return sum(began <= now - self._patience for began in self._busy.values())

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wakes another thread if calls waited, or were held, for too long; goes on until nothing
        is left to do.
        """
        with self._lock:
            if self._busy or self._waiting or self._held:
                loop.call_later(self._patience, self._watch, loop)
            else:
                self._watching.discard(loop)
            before = time.monotonic() - self._patience
            waits = self._waiting and self._waiting[0].since <= before
            if waits or self._is_due(before) or self._late():
                self._wake()

    def _is_due(self, before: float) -> bool:
        """Whether there is something to commit that was held since then."""
        return bool(self._held) and not self._committing and self._held_since <= before

    def _late(self) -> _Call | None:
        """Returns a held call whose deadline passed while others are committed, if there is one."""
        held = self._held if self._committing else ()
        return next((each for each in held if each.kept and each.kept.is_late), None)

    def _wake(self) -> None:
        """Wakes a thread, if there is one that does nothing or that may be started."""
        if self._idle:
            self._idle.pop().put(True)
        elif len(self._begun) < self._most:
            inbox: _Inbox = SimpleQueue()
            name = f"operations {len(self._begun) + 1}"
            thread = threading.Thread(target=self._work, args=(inbox,), name=name, daemon=True)
            self._begun.append((thread, inbox))
            inbox.put(True)
            thread.start()

    # --- in a thread ------------------------------------------------------------------------------

    def _work(self, inbox: _Inbox) -> None:
        """The loop of a thread, until it is stopped."""
        while inbox.get():
            while calls := self._next(inbox):
                if self._together is None or calls[0].kept is None:
                    calls = self._run(calls[0])
                else:
                    calls = self._commit(self._together, calls)
                with self._lock:
                    del self._busy[inbox]
                _tell(calls)
                del calls  # keeps no references while it waits

    def _next(self, inbox: _Inbox) -> list[_Call]:
        """Returns the next call, or calls to commit; none if there is nothing left to do.

        Calls are held until nothing waits, or for `patience` at most. Whoever commits goes on to
        commit what others left meanwhile.
        """
        with self._lock:
            now, calls = time.monotonic(), []
            if self._is_due(now - self._patience) or (not self._waiting and self._is_due(now)):
                calls, self._held = self._held, []
                self._committing = True
            elif late := self._late():
                self._held.remove(late)
                late.kept, calls = None, [late]
            elif self._waiting:
                calls = [self._waiting.popleft()]
            if calls:
                self._busy[inbox] = now
            else:
                self._idle.append(inbox)
            return calls

    def _run(self, call: _Call) -> list[_Call]:
        """Runs a call; returns it if it keeps nothing, so that its result may be told."""
        if self._together is None:
            call.run()
            return [call]
        with self._together.collecting() as kept:
            call.run()
        if not kept or call.error is not None:
            return [call]
        call.kept = kept
        with self._lock:
            self._held_since = self._held_since if self._held else time.monotonic()
            self._held.append(call)
        return []

    def _commit(self, together: Together, held: list[_Call]) -> list[_Call]:
        """Commits what calls keep; returns those that are still to be told.

        If that fails, runs each again by itself, which keeps its own or says what is wrong, and
        tells it at once: the next may have to wait until its deadline.
        """
        kept = [(each.kept, each) for each in held if each.kept]
        try:
            together.commit([what for what, _ in kept])
        except BaseException:  # noqa: BLE001 - each call gets its own
            for _, each in sorted(kept, key=lambda one: one[0].until):
                each.run()
                _tell([each])
            held = []
        with self._lock:
            self._committing = False
        return held


def _tell(calls: Sequence[_Call]) -> None:
    """Tells whoever waits for these calls, each on its own event loop unless that was closed."""
    for each in calls:
        with suppress(RuntimeError):
            each.future.get_loop().call_soon_threadsafe(each.tell)
