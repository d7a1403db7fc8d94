"""A trading partner on loopback that takes stock by Standard Webhooks, and is hard to please."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(slots=True)
class Receiver:
    """What it holds by SKU: quantity and sequence; `wrong` names all that must not happen.

    `answers` are given one after the other, then `always`: a status, or a status and its headers.
    It takes `seconds` to answer.
    """

    address: str = ""
    secret: str = ""
    answers: list[Any] = field(default_factory=list)
    body: bytes = b""
    always: int = 200
    seconds: float = 0.0
    held: dict[str, tuple[int, int]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    told: list[dict[str, tuple[int, int]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        said = self.answers.pop(0) if self.answers else self.always
        status, more = said if isinstance(said, tuple) else (said, {})
        try:
            message = Webhook(self.secret).verify(body, headers)
        except Exception as error:  # noqa: BLE001 - shown by the test
            self.wrong.append(f"signature: {error!r}")
            return 401, {}
        self.ids.append(headers["webhook-id"])
        levels = {
            each["sku"]: (each["available"], each["sequence"]) for each in message["data"]["levels"]
        }
        if status < 300:
            self._hold(levels)
        return status, more

    def _hold(self, levels: dict[str, tuple[int, int]]) -> None:
        self.told.append(levels)
        for sku, (available, sequence) in levels.items():
            before = self.held.get(sku, (available, 0))
            if sequence < before[1]:
                self.wrong.append(f"{sku} went back from {before[1]} to {sequence}")
            if sequence == before[1] and available != before[0]:
                self.wrong.append(f"{sku} changed at {sequence}")
            self.held[sku] = (available, sequence)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listens until it is left."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            names = {key.lower(): value for key, value in self.headers.items()}
            status, more = receiver.take(names, body)
            time.sleep(receiver.seconds)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Senders may die while they are answered."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    receiver.address = f"http://127.0.0.1:{server.server_address[1]}/stock"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def unknown(*skus: str) -> bytes:
    """An answer that names SKUs which are not known there."""
    return json.dumps({"unknown": skus}).encode()
