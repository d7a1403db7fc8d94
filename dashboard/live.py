"""Tells open pages about new journal entries: server-sent events, with one poller per process.

An event's id is a journal number, so that a browser that reconnects, to whatever process, misses
nothing. It hears only what the API lets its key read; pages then fetch their parts anew.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dashboard.asking import SignedOut, Unanswered, ask

EVERY: Final = 1.0
"""Seconds between polls of the journals."""
BEAT: Final = 20.0
"""Seconds after which a comment is sent to keep the connection open."""
LONGEST: Final = 600.0
"""Seconds after which a browser has to reconnect, since its session may have ended."""
MOST: Final = 100
MOST_OF_SESSION: Final = 20
"""Maximum open streams of one session."""
MOST_OPEN: Final = 1_000
"""Streams that a process has open at once, where nobody says otherwise; a partner half of them."""
_FULL: Final = "Too many pages are open. Close some, or wait a moment."
_LATER: Final = {"cache-control": "no-store", "retry-after": str(int(BEAT))}
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}


class Journals(Protocol):
    """The ends of journals; called in a thread."""

    def ends(self, handles: Collection[str]) -> Mapping[str, int]:
        """Returns the number of the last entry of each partner, by handle."""


class Live:
    """Polls once for all pages of a process, on whatever event loops they are, and only while one
    is open; at most `most` are open.
    """

    def __init__(self, journals: Journals, most: int = MOST_OPEN) -> None:
        self._journals = journals
        self._most = most
        self._open: Counter[str] = Counter()
        self._waiting: dict[str, list[tuple[int, asyncio.Future[int]]]] = {}
        self._lock = threading.Lock()
        self._poller: asyncio.Task[None] | None = None
        self.closed = False

    async def end(self, handle: str) -> int:
        """Returns the number of the last entry of a partner's journal."""
        return (await run_in_threadpool(self._journals.ends, [handle])).get(handle, 0)

    async def beyond(self, handle: str, number: int) -> int | None:
        """Returns the last number once it is above `number`; None if nothing arrived
        for a while.
        """
        mine = (number, asyncio.get_running_loop().create_future())
        with self._lock:
            self._waiting.setdefault(handle, []).append(mine)
        self._poll()
        try:
            return await asyncio.wait_for(mine[1], BEAT)
        except TimeoutError:
            return None
        finally:
            self._forget(handle, mine)

    @contextmanager
    def opened(self, handle: str, token: str) -> Iterator[bool]:
        """Counts a stream of a partner and a session; yields whether there is room for it."""
        most = {"": self._most, handle: max(1, self._most // 2), token: MOST_OF_SESSION}
        if any(self._open[name] >= count for name, count in most.items()):
            yield False
            return
        self._open.update(most.keys())
        try:
            yield True
        finally:
            self._open.subtract(most.keys())
            self._open += Counter()  # drops counters that are zero

    def close(self) -> None:
        """Ends all streams, so that a server that stops does not have to wait for them."""
        self.closed = True
        for waiting in list(self._waiting.values()):
            for number, future in list(waiting):
                _tell(future, number)

    def _forget(self, handle: str, mine: tuple[int, asyncio.Future[int]]) -> None:
        with self._lock:
            self._waiting[handle].remove(mine)
            if not self._waiting[handle]:
                del self._waiting[handle]

    def _poll(self) -> None:
        task = self._poller
        if task is None or task.done() or task.get_loop().is_closed():
            self._poller = asyncio.create_task(self._polled())

    async def _polled(self) -> None:
        while self._waiting and not self.closed:
            with suppress(Exception):  # the database may be unavailable for a while
                found = await run_in_threadpool(self._journals.ends, list(self._waiting))
                self._told(found)
            await asyncio.sleep(EVERY)

    def _told(self, ends: Mapping[str, int]) -> None:
        for handle, waiting in list(self._waiting.items()):
            end = ends.get(handle, 0)
            for number, future in list(waiting):
                if end > number:
                    _tell(future, end)


def _tell(future: asyncio.Future[int], number: int) -> None:
    """On the event loop of whoever waits, unless that was closed."""

    def tell() -> None:
        if not future.done():
            future.set_result(number)

    with suppress(RuntimeError):
        future.get_loop().call_soon_threadsafe(tell)


async def live(request: Request) -> Response:
    """Sends the stream from the number that the browser heard last, or else from now on."""
    handle = (await ask(request, "Frame"))["me"]["partner"]["handle"]
    said = request.headers.get("last-event-id") or request.query_params.get("after", "")
    known = said.isdecimal() and len(said) < 16
    number = int(said) if known else await request.app.state.live.end(handle)
    return _Stream(request, handle, number)


class _Stream(StreamingResponse):
    """A stream that is counted while it is sent, however it ends; refused if too many are open."""

    def __init__(self, request: Request, handle: str, number: int) -> None:
        told = _stream(request, handle, number)
        super().__init__(told, media_type="text/event-stream", headers=_HEADERS)
        self._opened = request.app.state.live.opened(handle, request.state.token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._opened as free:
            if free:
                await super().__call__(scope, receive, send)
                return
        await PlainTextResponse(_FULL, 429, _LATER)(scope, receive, send)


async def _stream(request: Request, handle: str, number: int) -> AsyncIterator[str]:
    watch: Live = request.app.state.live
    until = monotonic() + LONGEST
    yield f"retry: 2000\nid: {number}\n\n"
    while monotonic() < until:
        end = await watch.beyond(handle, number)
        if watch.closed:
            return
        if end is None:
            yield ": still here\n\n"
            continue
        try:
            kinds, number = await _heard(request, number, end)
        except SignedOut:
            return
        except Unanswered:  # over a limit, or no database: sent at the next poll
            await asyncio.sleep(EVERY)
            continue
        data = f"data: {json.dumps(kinds)}\n" if kinds else ""
        yield f"id: {number}\n{data}\n"


async def _heard(request: Request, number: int, end: int) -> tuple[list[str], int]:
    """Returns the kinds of entries that the key may read, and the number up to which they were
    read.
    """
    found = (await ask(request, "Heard", after=number, first=MOST))["journal"]
    kinds = sorted({each["kind"] for each in found})
    if len(found) < MOST:
        return kinds, max([end, *(each["number"] for each in found)])
    return kinds, found[-1]["number"]


LIVE: Final = Route("/live", live, name="live")
