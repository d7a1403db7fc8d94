"""The endpoint: one request in, one operation run in one thread, one answer out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from adapters.store.place.deadline import Deadline
from returns_api.serving.bodies import GRAPHQL, JSON, Ask, Refused, media_type, read
from returns_api.serving.errors import masked, named
from returns_api.serving.guesses import Guesses, Trial
from returns_api.serving.lanes import Lanes
from returns_api.serving.meter import Meter, Stopped
from returns_api.serving.operations import Answer, Caller, Operations
from returns_api.serving.settings import Limits

_NO_STORE: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class OpenContext(Protocol):
    """Opens what resolvers work with for an `Authorization` header; raises `Refused`."""

    def __call__(
        self, authorization: str | None, deadline: Deadline | None = None, /
    ) -> AbstractContextManager[Caller]: ...


class Endpoint:
    """An ASGI app. Resolvers run in a pool thread, never on the event loop."""

    def __init__(
        self, operations: Operations, context: OpenContext, limits: Limits, guesses: Guesses
    ) -> None:
        self._context = context
        self._limits = limits
        self._operations = operations
        self._guesses = guesses
        self._lanes = Lanes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        media = JSON
        try:
            media = media_type(request.headers.get("accept"))
            answer = await self._answered(request, Deadline(self._limits.seconds))
            status = answer.status if media == GRAPHQL else 200
            return _response(answer.body, media, status, answer.headers)
        except Refused as refused:
            body = {"errors": [named(refused.message, refused.code)]}
            return _response(body, media, refused.status, refused.headers)
        except Exception as error:  # noqa: BLE001 - the last door before the client
            said = masked(error)
            gone = said["extensions"]["code"] == "unavailable"
            return _response({"errors": [said]}, media, 503 if gone else 500)

    async def _answered(self, request: Request, deadline: Deadline) -> Answer:
        """Reads and runs a request, once it is its turn; the key is looked at first."""
        with self._guesses.trying(request) as trial:
            ask = await self._read(request)
            key = request.headers.get("authorization", "")
            async with self._lanes.turn(trial.payer):
                return await run_in_threadpool(self._run, ask, key, deadline, trial)

    async def _read(self, request: Request) -> Ask:
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await read(request, get=self._limits.get)
        except TimeoutError:
            said = f"The body did not come within {self._limits.seconds:g} seconds."
            raise Refused(408, "incomplete_body", said, connection="close") from None

    def _run(self, ask: Ask, key: str, deadline: Deadline, trial: Trial) -> Answer:
        meter = Meter(deadline)
        try:
            meter.look()
            with self._context(key, deadline) as caller:
                trial.payer = caller.payer
                return self._operations.run(ask, caller, meter)
        except Stopped as stopped:
            raise Refused(stopped.status, stopped.code, str(stopped)) from None


def _response(
    body: dict[str, Any], media: str, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type=f"{media}; charset=utf-8",
        headers={**_NO_STORE, **(headers or {})},
    )
