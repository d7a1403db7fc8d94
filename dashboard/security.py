"""Guards every page: who may post to it, what it may load, and that nobody keeps it."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.session import COOKIE

_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_READS: Final = ("GET", "HEAD")
MOST_BYTES: Final = 1_000_000
"""Of what a page posts, as of a request to the API."""
MOST_OF_FORM: Final = 10_100_000
"""Of a form with a file, of which the API takes 10,000,000 bytes."""
_ELSEWHERE: Final = "This came from another site, so nothing was done."
_TOO_LARGE: Final = "This is more than a page of ours sends, so nothing was read."


class Guard:
    """ASGI middleware; puts `nonce` and `token` into the state of a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, nonce = Headers(scope=scope), secrets.token_urlsafe(16)
        token = HTTPConnection(scope).cookies.get(COOKIE, "")
        scope.setdefault("state", {}).update(nonce=nonce, token=token, me=None)
        app = self._app
        if scope["method"] not in _READS:
            most = _most(headers)
            receive = _counted(receive, most)
            if not from_here(headers):
                app = PlainTextResponse(_ELSEWHERE, 403)
            elif _says_too_much(headers, most):
                app = PlainTextResponse(_TOO_LARGE, 413, {"connection": "close"})
        await app(scope, receive, _guarded(send, nonce))


def from_here(headers: Headers) -> bool:
    """Whether a page of this host sent a request: browsers say so with everything they post."""
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", "-")


def _most(headers: Headers) -> int:
    """Bytes that a page may post: as many as a request to the API, or a form with a file."""
    form = headers.get("content-type", "").startswith("multipart/form-data")
    return MOST_OF_FORM if form else MOST_BYTES


def _says_too_much(headers: Headers, most: int) -> bool:
    length = headers.get("content-length", "0")
    return length.isdecimal() and (len(length) > 20 or int(length) > most)


def _counted(receive: Receive, most: int) -> Receive:
    """Raises `HTTPException` 413 once more bytes have come, wherever they are read."""
    count = 0

    async def received() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > most:
            raise HTTPException(413)
        return message

    return received


def _guarded(send: Send, nonce: str) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = _POLICY.format(nonce=nonce)
            headers.setdefault("cache-control", "no-store")
            headers.update(_HEADERS)
        await send(message)

    return sent
