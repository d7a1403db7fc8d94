"""Trading partners on loopback of whom some are hostile: each path of one server is a partner.

`/good/7` takes what it is sent. The others are named by what they do.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

PAUSE: Final = 4.0
"""Seconds between pieces of those that are slow; shorter than any limit of a single read."""
_OK: Final = b"HTTP/1.1 200 OK\r\n"

Writer = asyncio.StreamWriter


@dataclass(slots=True)
class Crowd:
    """Where the server is, and when each path was called first; `pause` is that of slow ones."""

    pause: float = PAUSE
    address: str = ""
    heard: dict[str, float] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def url(self, kind: str, number: int) -> str:
        """The address of one partner."""
        return f"{self.address}/{kind}/{number}"

    async def take(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        """One call, answered as its path says."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            sizes = [line for line in head.lower().split(b"\r\n") if b"content-length" in line]
            await reader.readexactly(int(sizes[0].partition(b":")[2]))
            path = head.split(b" ")[1].decode()
            self.calls.append(path)
            self.heard.setdefault(path, time.monotonic())
            await _ANSWERS[path.split("/")[1]](writer, self.pause)


async def _ended(call: Awaitable[None], writer: Writer) -> None:
    try:
        await call
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _good(writer: Writer, _: float) -> None:
    await _said(writer, _OK + b"Content-Length: 0\r\n\r\n")


async def _silent(_: Writer, pause: float) -> None:
    await asyncio.sleep(100 * pause)


async def _slow_headers(writer: Writer, pause: float) -> None:
    await _said(writer, _OK)
    while True:
        await _said(writer, b"X-Wait: a little\r\n")
        await asyncio.sleep(pause)


async def _slow_body(writer: Writer, pause: float) -> None:
    await _said(writer, _OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        await _said(writer, b"1\r\n \r\n")
        await asyncio.sleep(pause)


async def _endless_body(writer: Writer, _: float) -> None:
    await _said(writer, _OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        await _said(writer, b"1000\r\n" + b" " * 4_096 + b"\r\n")


async def _endless_headers(writer: Writer, _: float) -> None:
    await _said(writer, _OK)
    while True:
        await _said(writer, b"X-More: " + b"a" * 4_096 + b"\r\n")


async def _truncated(writer: Writer, _: float) -> None:
    await _said(writer, _OK + b"Content-Length: 1000\r\n\r\n" + b'{"unknown": [')


async def _redirect(writer: Writer, _: float) -> None:
    await _said(writer, b"HTTP/1.1 307 On\r\nLocation: /trap/0\r\nContent-Length: 0\r\n\r\n")


async def _gone(writer: Writer, _: float) -> None:
    await _said(writer, b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")


async def _too_many(writer: Writer, _: float) -> None:
    said = b"HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
    await _said(writer, said)


async def _said(writer: Writer, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


HOSTILE: Final[dict[str, Callable[[Writer, float], Awaitable[None]]]] = {
    "slow-headers": _slow_headers,
    "truncated": _truncated,
    "redirect": _redirect,
    "gone": _gone,
    "too-many": _too_many,
    "endless-body": _endless_body,
    "endless-headers": _endless_headers,
    "slow-body": _slow_body,
    "silent": _silent,
}
_ANSWERS: Final = {"good": _good, "trap": _good, **HOSTILE}


@contextmanager
def crowd(pause: float = PAUSE) -> Iterator[Crowd]:
    """Listens in a thread of its own until it is left."""
    made, ready, over = Crowd(pause=pause), threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []
    calls: set[asyncio.Task[None]] = set()

    async def serve() -> None:
        def called(reader: asyncio.StreamReader, writer: Writer) -> None:
            calls.add(asyncio.create_task(_ended(made.take(reader, writer), writer)))

        server = await asyncio.start_server(called, "127.0.0.1", 0, backlog=500)
        made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        loops.append(asyncio.get_running_loop())
        ready.set()
        await over.wait()
        server.close()
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield made
    finally:
        loops[0].call_soon_threadsafe(over.set)
        thread.join()
