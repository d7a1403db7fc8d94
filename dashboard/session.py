"""Sessions of signed-in users: the port by which they are stored, and their cookie.

The API takes a session's token in place of a key. Other ways to sign in, such as OIDC, would also
end in `signed_in`.
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
"""The cookie's name over HTTPS: browsers accept it only from this host and over HTTPS."""
WEEK: Final = 7 * 24 * 3600
EVERY: Final = 300
"""Seconds between updates of a session's last use, per process."""
MOST_SEEN: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """One session of a user; `here` marks the current one."""

    id: str
    agent: str
    started_at: datetime
    seen_at: datetime
    here: bool


class Sessions(Protocol):
    """Stores sessions for all processes; every call runs in a thread."""

    def begin(self, key: str, agent: str) -> str | None:
        """Returns the token of a new session; None for a wrong key."""

    def touch(self, token: str) -> None:
        """Records that the session is in use."""

    def listed(self, token: str) -> Sequence[SessionShown]:
        """Returns all sessions of the user who holds a token."""

    def end(self, token: str, session: str) -> bool:
        """Ends one of the user's sessions; returns whether it existed."""

    def end_all(self, token: str) -> int:
        """Ends all of the user's sessions; returns their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """A user to sign in as with a click, only in the demo."""

    name: str
    role: str
    tells: str
    key: str


async def kept(request: Request, call: str, *said: str) -> Any:
    """Runs a call of the port in a thread."""
    return await run_in_threadpool(getattr(request.app.state.sessions, call), *said)


async def noted(request: Request) -> None:
    """Records from time to time that the session of a request is in use, so that it stays."""
    seen, token, now = request.app.state.seen, request.state.token, monotonic()
    if now - seen.get(token, -EVERY) < EVERY:
        return
    if len(seen) >= MOST_SEEN:
        seen.clear()
    seen[token] = now
    await kept(request, "touch", token)


async def signed_in(request: Request, response: Response, key: str) -> bool:
    """Begins a session and sets its cookie; returns whether the key was valid."""
    agent = request.headers.get("user-agent", "")
    token = await kept(request, "begin", key, agent)
    if token is None:
        return False
    set_cookie(request, response, cookie_of(request), token, seconds=WEEK)
    return True


def signed_out(request: Request, response: Response) -> None:
    """Deletes the cookie."""
    set_cookie(request, response, cookie_of(request), "", seconds=0)


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the browser used HTTPS; as a trusted proxy reports it, if there is one."""
    return bool(connection.scope.get("scheme") == "https")


def cookie_of(connection: HTTPConnection) -> str:
    """Returns the name of the session cookie."""
    return SECURE if is_secure(connection) else COOKIE


def set_cookie(
    request: Request, response: Response, name: str, value: str, *, seconds: int
) -> None:
    """Sets a cookie that scripts cannot read and other sites do not send."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )
