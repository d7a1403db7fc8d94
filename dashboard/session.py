"""What signs a person in: the port by which sessions are kept, and the cookie that names one.

The token of a session is what the API takes in place of a key. Other ways to sign in, such as OIDC,
end in `signed_in` as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

COOKIE: Final = "session"
SECURE: Final = f"__Host-{COOKIE}"
"""Over HTTPS: browsers take it from this host alone, and over HTTPS alone."""
WEEK: Final = 7 * 24 * 3600
EVERY: Final = 300
"""Seconds between two times that a process says that a session is in use."""
MOST_SEEN: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """One session of a person; `here` is the one that asks."""

    id: str
    agent: str
    started_at: datetime
    seen_at: datetime
    here: bool


class Sessions(Protocol):
    """Keeps sessions for all processes; every call is made in a thread."""

    def begin(self, key: str, agent: str) -> str | None:
        """The token of a new session; None for a key that is wrong."""

    def touch(self, token: str) -> None:
        """The session is in use."""

    def listed(self, token: str) -> Sequence[SessionShown]:
        """All sessions of whoever has a token."""

    def end(self, token: str, session: str) -> bool:
        """Ends one of them; whether there was one."""

    def end_all(self, token: str) -> int:
        """Ends all of them; how many there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Whom one may sign in as with a click, in the demo alone."""

    name: str
    role: str
    tells: str
    key: str


async def kept(request: Request, call: str, *said: str) -> Any:
    """What a call of the port gives, made in a thread."""
    return await run_in_threadpool(getattr(request.app.state.sessions, call), *said)


async def noted(request: Request) -> None:
    """Says now and then that the session of a request is in use, so that it stays."""
    seen, token, now = request.app.state.seen, request.state.token, monotonic()
    if now - seen.get(token, -EVERY) < EVERY:
        return
    if len(seen) >= MOST_SEEN:
        seen.clear()
    seen[token] = now
    await kept(request, "touch", token)


async def signed_in(request: Request, response: Response, key: str) -> bool:
    """Begins a session and sets its cookie; whether the key was good."""
    agent = request.headers.get("user-agent", "")
    token = await kept(request, "begin", key, agent)
    if token is None:
        return False
    set_cookie(request, response, cookie_of(request), token, seconds=WEEK)
    return True


def signed_out(request: Request, response: Response) -> None:
    """Takes the cookie away."""
    set_cookie(request, response, cookie_of(request), "", seconds=0)


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the browser asked over HTTPS; of a proxy that ends it, where that is trusted."""
    return bool(connection.scope.get("scheme") == "https")


def cookie_of(connection: HTTPConnection) -> str:
    """The name of the cookie that names a session."""
    return SECURE if is_secure(connection) else COOKIE


def set_cookie(
    request: Request, response: Response, name: str, value: str, *, seconds: int
) -> None:
    """A cookie that no script reads and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )
