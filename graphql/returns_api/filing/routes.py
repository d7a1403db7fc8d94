"""`POST /files` and `GET /files/ID`; the services they call check permissions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast
from urllib.parse import quote

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.identity.principal import Principal, Scope
from adapters.store.connection.deadline import Deadline
from adapters.store.returns.documents import Document
from engine.errors import RequestFault
from engine.returns.documents import MOST_BYTES
from returns_api.context import Context
from returns_api.filing.forms import read_form
from returns_api.filing.urls import url_of
from returns_api.serving.bodies import Refused
from returns_api.serving.endpoint import OpenContext
from returns_api.serving.errors import masked
from returns_api.serving.guesses import Guesses
from returns_api.serving.outside import OutsideWork
from returns_api.types.ids import NodeKind, encode, key_of
from services.returns.filing import Filing, Sent

MOST_AT_ONCE: Final = 4
"""Files that one partner may send to one process at the same time."""
_FIELDS: Final = {"return": True, "line": False, "idempotencyKey": True}
_STATUS: Final = {
    "not_found": 404,
    "not_allowed": 403,
    "unavailable": 503,
    "took_too_long": 503,
    "conflict": 409,
    "idempotency_key_reused": 409,
    "file_too_large": 413,
    "wrong_kind_of_file": 415,
}
_HEADERS: Final = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}
_INERT: Final = {
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}
"""Whatever else a file contains, no browser executes it or embeds it in a page."""

Answer = Callable[[Request], Awaitable[Response]]


def file_routes(
    filing: Filing, context: OpenContext, guesses: Guesses, work: OutsideWork
) -> list[Route]:
    """Returns the routes; both accept the same keys as the API."""
    files = _Files(filing, context, guesses, work)
    return [
        Route("/files", _answered(files.take), methods=["POST"]),
        Route("/files/{id}", _answered(files.give), methods=["GET"]),
    ]


class _Files:
    def __init__(
        self, filing: Filing, context: OpenContext, guesses: Guesses, work: OutsideWork
    ) -> None:
        self._filing = filing
        self._context = context
        self._guesses = guesses
        self._work = work
        self._in_hand: Counter[str] = Counter()

    async def take(self, request: Request) -> Response:
        """Takes a file; reads nothing of the body before its sender is known."""
        principal = await self._principal(request, Scope.REQUEST_RETURNS)
        with self._one_more(principal.tenant):
            form = await read_form(request, _FIELDS, MOST_BYTES)
            sent = Sent(
                return_=_key(form.fields["return"]),
                line=_line(form.fields.get("line")),
                name=form.name,
                content=form.content,
                idempotency_key=form.fields["idempotencyKey"],
            )
            found = await self._work.run(
                request, principal.tenant, self._filing.add, principal, sent
            )
        return _json(_told(found), 201, {"location": url_of(found.id)})

    async def give(self, request: Request) -> Response:
        """Returns the content as it was sent, under a file name and a media type that we set."""
        principal = await self._principal(request, Scope.READ_RETURNS)
        key = key_of(request.path_params["id"], NodeKind.DOCUMENT) or "none"
        found, content = await self._work.run(
            request, principal.tenant, self._filing.read, principal, key
        )
        named = {"content-disposition": _attachment(found.name)}
        return Response(
            content, media_type=found.kind.media_type, headers={**_HEADERS, **_INERT, **named}
        )

    async def _principal(self, request: Request, scope: Scope) -> Principal:
        key, address = request.headers.get("authorization"), request.client
        with self._guesses.trying(key, address.host if address else "") as trial:
            principal = await run_in_threadpool(self._owner, key)
            trial.payer = principal.tenant
        principal.must(scope)
        return principal

    def _owner(self, authorization: str | None) -> Principal:
        with self._context(authorization, Deadline(self._work.seconds)) as opened:
            return cast("Context", opened).principal

    @contextmanager
    def _one_more(self, tenant: str) -> Iterator[None]:
        """Counts on the event loop, so that no two requests count at the same time."""
        if self._in_hand[tenant] >= MOST_AT_ONCE:
            said = f"You are sending {MOST_AT_ONCE} files already; wait for one to be kept."
            raise Refused(429, "too_many_at_once", said, retry_after="1")
        self._in_hand[tenant] += 1
        try:
            yield
        finally:
            self._in_hand[tenant] -= 1
            self._in_hand += Counter()  # drops counters that are zero


def _answered(answer: Answer) -> Answer:
    """Returns every error as `{"code", "message", "path"}`."""

    async def respond(request: Request) -> Response:
        try:
            return await answer(request)
        except Refused as refused:
            body = {"code": refused.code, "message": refused.message, "path": None}
            return _json(body, refused.status, refused.headers)
        except RequestFault as fault:
            body = {"code": fault.code, "message": fault.message, "path": _path(fault)}
            return _json(body, _STATUS.get(fault.code, 400))
        except Exception as error:  # noqa: BLE001 - the last handler before the client
            said = masked(error)
            code = said["extensions"]["code"]
            return _json(
                {"code": code, "message": said["message"], "path": None}, _STATUS.get(code, 500)
            )

    return respond


def _key(said: str) -> str:
    """Returns the key of a return, by its id or by its number."""
    return key_of(said, NodeKind.RETURN) or said


def _line(said: str | None) -> str | None:
    return key_of(said, NodeKind.RETURN_LINE) or said if said else None


def _path(fault: RequestFault) -> str | None:
    """Returns the field of the form: the path of a GraphQL input without `input.`."""
    return fault.path.removeprefix("input.") or None


def _told(found: Document) -> dict[str, Any]:
    return {
        "id": encode(NodeKind.DOCUMENT, found.id),
        "name": found.name,
        "mediaType": found.kind.media_type,
        "size": found.size,
        "sha256": found.sha256,
        "url": url_of(found.id),
    }


def _json(body: dict[str, Any], status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type="application/json",
        headers={**_HEADERS, **(headers or {})},
    )


def _attachment(name: str) -> str:
    """RFC 6266: an ASCII name for old clients, and the full one."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
