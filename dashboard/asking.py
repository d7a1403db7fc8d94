"""Runs the operations of `operations/` through the GraphQL endpoint, as the signed-in user.

The endpoint is called in process, as by any client: with the user's authorization header and the
browser's address, so that limits apply as they do to others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx
from graphql import parse, print_ast, separate_operations
from starlette.requests import Request
from starlette.types import ASGIApp

from dashboard.session import noted
from dashboard.writing.values import plain, readable

OPERATIONS: Final = Path(__file__).with_name("operations")
_URL: Final = "http://dashboard/graphql"


class Unanswered(Exception):
    """Raised if the API returns no data; `code` is its code, `status` the status of the page."""

    def __init__(self, code: str, message: str, status: int) -> None:
        self.code = code
        self.message = message
        self.status = status
        super().__init__(message)


class SignedOut(Unanswered):
    """Raised if there is no session, or it ended, or its key was revoked."""


_OURS: Final = ("internal", "graphql", "")
"""Codes of failures on our side: an internal error, or an invalid document of ours."""
_STATUS: Final = {
    "not_allowed": 403,
    "not_found": 404,
    "body_too_large": 413,
    "rate_limited": 429,
    "too_costly": 429,
    "unavailable": 503,
}
_SAID: Final = {
    "not_json": "The text contains an invalid character. Remove it.",
    "too_deep": "The request is nested too deeply.",
}
"""Sentences that replace the API's, which are about a request body that the user never sees."""
_VALUE: Final = re.compile(r"Variable '\$(?P<name>\w+)' has invalid value(?: at (?P<at>\S+))?: ")
_PLACE: Final = re.compile(r"\[\d+\]")


@cache
def operations() -> Mapping[str, str]:
    """Returns every operation by name, with the fragments that it uses."""
    files = sorted(OPERATIONS.glob("*.graphql"))
    whole = parse("\n".join(path.read_text(encoding="utf-8") for path in files))
    return {name: print_ast(document) for name, document in separate_operations(whole).items()}


async def ask(request: Request, operation: str, /, **variables: Any) -> dict[str, Any]:
    """Returns the data of an operation; keeps its `me` for the frame of the page.

    Raises `SignedOut`, and `Unanswered` for every other error.
    """
    token = request.state.token
    if not token:
        raise SignedOut("unauthenticated", "You are not signed in.", 401)
    data = await ask_as(request, token, operation, **variables)
    await noted(request)
    if "me" in data:
        request.state.me = data["me"]
    return data


async def who(request: Request) -> dict[str, Any]:
    """Returns the signed-in user before any other query; raises as `ask`."""
    if request.state.me is None:
        await ask(request, "Frame")
    return dict(request.state.me)


async def ask_as(
    request: Request, bearer: str, operation: str, /, **variables: Any
) -> dict[str, Any]:
    """Returns the data of an operation for a key or a session token; raises as `ask`."""
    body = {"query": operations()[operation], "variables": variables}
    return _data(await _posted(request, bearer, body))


async def forwarded(request: Request, body: bytes) -> httpx.Response:
    """Returns the endpoint's response to a JSON request, as the signed-in user."""
    return await _sent(request, request.state.token, body)


async def _posted(request: Request, bearer: str, body: Mapping[str, Any]) -> Any:
    answer = await _sent(request, bearer, json.dumps(body).encode())
    return json.loads(answer.content)


def authorization(bearer: str) -> bytes:
    """Returns the authorization header; a cookie may contain any bytes."""
    return f"Bearer {bearer}".encode("latin-1", "replace")


async def _sent(request: Request, bearer: str, body: bytes) -> httpx.Response:
    app: ASGIApp = request.app.state.api
    client = request.client or ("127.0.0.1", 0)
    door = httpx.ASGITransport(app, client=(client[0], client[1]))
    headers = [(b"authorization", authorization(bearer)), (b"content-type", b"application/json")]
    sent = httpx.Request("POST", _URL, content=body, headers=headers)
    answer = await door.handle_async_request(sent)
    await answer.aread()
    return answer


def _data(answer: Any) -> dict[str, Any]:
    errors = answer.get("errors") or []
    if not errors:
        return dict(readable(answer["data"]))
    code = errors[0].get("extensions", {}).get("code", "")
    if code == "unauthenticated":
        raise SignedOut(code, errors[0]["message"], 401)
    raise _unanswered(code, errors[0]["message"])


def _unanswered(code: str, message: str) -> Unanswered:
    """Makes the error of an answer; the request is at fault unless the code says that we are."""
    if code == "graphql" and (found := _VALUE.match(message)):
        name = _PLACE.sub("", found["at"] or found["name"]).rsplit(".", maxsplit=1)[-1]
        return Unanswered("wrong_value", f"“{name}” has an invalid value.", 400)
    status = _STATUS.get(code, 500 if code in _OURS else 400)
    return Unanswered(code, _SAID.get(code) or plain(message), status)
