"""Guards every page: who may post to it, what it may load, and that it is not cached."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.session import cookie_of, is_secure

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
_OVER_HTTPS: Final = {"strict-transport-security": "max-age=31536000"}
"""One year; for this host only."""
_READS: Final = ("GET", "HEAD")
MOST_BYTES: Final = 1_000_000
"""Maximum bytes that a page may post, as for a request to the API."""
MOST_OF_FORM: Final = 10_100_000
"""Of a form with a file, of which the API takes 10,000,000 bytes."""
_ELSEWHERE: Final = "The request came from another site, so nothing was done."
_BROKEN: Final = "Something went wrong. The error is on our side and has been logged."
_TOO_LARGE: Final = "The request is too large, so it was not read."


class Guard:
    """ASGI middleware; puts `nonce`, `token` and, of a form, `sent_from` into a request's state."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _Guarded(send, secrets.token_urlsafe(16), secure=is_secure(HTTPConnection(scope)))
        try:
            await self._answered(scope, receive, guarded)
        except Exception:
            if not guarded.begun:
                await PlainTextResponse(_BROKEN, 500)(scope, receive, guarded)
            raise

    async def _answered(self, scope: Scope, receive: Receive, send: _Guarded) -> None:
        connection = HTTPConnection(scope)
        token = connection.cookies.get(cookie_of(connection), "")
        sent_from = "" if scope["method"] in _READS else form_page(connection)
        scope.setdefault("state", {}).update(
            nonce=send.nonce, token=token, me=None, sent_from=sent_from
        )
        headers, app = connection.headers, self._app
        if scope["method"] not in _READS:
            most = _most(headers)
            receive = _counted(receive, most)
            if not from_here(connection):
                app = PlainTextResponse(_ELSEWHERE, 403)
            elif _says_too_much(headers, most):
                app = PlainTextResponse(_TOO_LARGE, 413, {"connection": "close"})
        await app(scope, receive, send)


def from_here(connection: HTTPConnection) -> bool:
    """Whether a page of this host sent a request: browsers send its origin with every post.

    The page came by the same scheme, or by HTTPS if an untrusted proxy terminates it.
    """
    host = connection.headers.get("host", "").lower()
    schemes = ("https", connection.scope.get("scheme", "http"))
    return bool(host) and connection.headers.get("origin") in [
        f"{each}://{host}" for each in schemes
    ]


def form_page(connection: HTTPConnection) -> str:
    """Returns the page that a form was sent from, as the browser says; `/` if it is not ours."""
    try:
        page = urlsplit(connection.headers.get("referer", ""))
    except ValueError:
        return "/"
    own = (connection.scope.get("scheme", "http"), connection.headers.get("host", ""))
    if (page.scheme, page.netloc) != own:
        return "/"
    return f"{page.path}?{page.query}".rstrip("?")


def _most(headers: Headers) -> int:
    """Returns the maximum bytes of a post: as for the API, or for a form with a file."""
    form = headers.get("content-type", "").startswith("multipart/form-data")
    return MOST_OF_FORM if form else MOST_BYTES


def _says_too_much(headers: Headers, most: int) -> bool:
    length = headers.get("content-length", "0")
    return length.isdecimal() and (len(length) > 20 or int(length) > most)


def _counted(receive: Receive, most: int) -> Receive:
    """Raises `HTTPException` 413 if more bytes arrive, wherever they are read."""
    count = 0

    async def received() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > most:
            raise HTTPException(413)
        return message

    return received


class _Guarded:
    """Sends a page's response with the guarding headers; `begun` once something was sent."""

    def __init__(self, send: Send, nonce: str, *, secure: bool) -> None:
        self._send = send
        self._headers = {**_HEADERS, **(_OVER_HTTPS if secure else {})}
        self.nonce = nonce
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = _POLICY.format(nonce=self.nonce)
            headers.setdefault("cache-control", "no-store")
            headers.update(self._headers)
        await self._send(message)
