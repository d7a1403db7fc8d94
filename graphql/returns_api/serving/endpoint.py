"""The endpoint: runs the operation of a request in one thread, and sends one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

import orjson
from starlette.types import Message, Receive, Scope, Send

from adapters.store.connection.deadline import Deadline
from returns_api.serving.bodies import GONE, GRAPHQL, JSON, Ask, Heard, Refused, media_type, read
from returns_api.serving.errors import masked, named
from returns_api.serving.guesses import Guesses, Trial
from returns_api.serving.meter import Meter, Stopped
from returns_api.serving.operations import Answer, Caller, Operations
from returns_api.serving.settings import Limits
from returns_api.serving.thread_shares import Lanes
from returns_api.serving.threads import Threads

_NO_STORE: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_TYPES: Final = {media: f"{media}; charset=utf-8".encode() for media in (GRAPHQL, JSON)}

_STOPS: Final = "The server is being stopped; ask again, with the same idempotency key."


class OpenContext(Protocol):
    """Opens the context of resolvers for an `Authorization` header; raises `Refused`."""

    def __call__(
        self, authorization: str | None, deadline: Deadline | None = None, /
    ) -> AbstractContextManager[Caller]: ...


class Endpoint:
    """An ASGI app. Resolvers run in threads of its own, never on the event loop."""

    def __init__(
        self,
        operations: Operations,
        context: OpenContext,
        limits: Limits,
        guesses: Guesses,
        threads: Threads | None = None,
    ) -> None:
        self._context = context
        self._limits = limits
        self._operations = operations
        self._guesses = guesses
        self._lanes = Lanes()
        self.threads = threads or Threads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._respond(Heard(scope, receive))
        except asyncio.CancelledError:
            for message in _response({"errors": [named(_STOPS, "unavailable")]}, JSON, 503):
                await send(message)
            raise
        for message in answer:
            await send(message)

    async def _respond(self, heard: Heard) -> tuple[Message, Message]:
        media = JSON
        try:
            media = media_type(heard.header(b"accept", ""))
            answer = await self._answered(heard, Deadline(self._limits.seconds))
            status = answer.status if media == GRAPHQL else 200
            return _response(answer.body, media, status, answer.headers)
        except Refused as refused:
            body = {"errors": [named(refused.message, refused.code)]}
            return _response(body, media, refused.status, refused.headers)
        except Exception as error:  # noqa: BLE001 - the last handler before the client
            said = masked(error)
            gone = said["extensions"]["code"] == "unavailable"
            return _response({"errors": [said]}, media, 503 if gone else 500)

    async def _answered(self, heard: Heard, deadline: Deadline) -> Answer:
        """Reads and runs a request when it is its turn; the key is checked first."""
        key = heard.header(b"authorization", "")
        with self._guesses.trying(key, heard.address) as trial:
            ask = await read(heard, self._limits.seconds, get=self._limits.get)
            with heard.listening():
                async with self._lanes.turn(trial.payer):
                    return await self.threads.run(
                        self._run, heard, ask, key, Meter(deadline), trial
                    )

    def _run(self, heard: Heard, ask: Ask, key: str, meter: Meter, trial: Trial) -> Answer:
        if heard.is_gone:
            raise Refused(503, "unavailable", GONE)
        try:
            meter.look()
            with self._context(key, meter.deadline) as caller:
                trial.payer = caller.payer
                return self._operations.run(ask, caller, meter)
        except Stopped as stopped:
            raise Refused(stopped.status, stopped.code, str(stopped)) from None


def _response(
    body: dict[str, Any], media: str, status: int, headers: Mapping[str, str] | None = None
) -> tuple[Message, Message]:
    content = orjson.dumps(body)
    more = [(name.encode(), text.encode("latin-1")) for name, text in (headers or {}).items()]
    said = [
        *_NO_STORE,
        *more,
        (b"content-length", str(len(content)).encode()),
        (b"content-type", _TYPES[media]),
    ]
    return (
        {"type": "http.response.start", "status": status, "headers": said},
        {"type": "http.response.body", "body": content},
    )
