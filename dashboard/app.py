"""The ASGI app of the web pages: areas, assets, and an error page for each kind of failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from dashboard.areas import areas, menu
from dashboard.asking import SignedOut, Unanswered, ask
from dashboard.assets import ASSETS
from dashboard.doing import Refused
from dashboard.explorer import EXPLORE, EXPLORER
from dashboard.live import LIVE, Live
from dashboard.paths import here
from dashboard.policies.reading import Reader
from dashboard.security import Guard
from dashboard.session import DemoPerson, Sessions, signed_out
from dashboard.view import link, show

_TITLES: Final = {
    400: "Invalid request",
    422: "Invalid request",
    403: "Access denied",
    404: "Page not found",
    405: "Action not supported",
    413: "Too large",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Database unavailable",
}
_WORDS: Final = {
    400: "Go back and try again.",
    404: "It does not exist, or it belongs to another partner.",
    405: "Go back and use the buttons on the page.",
    413: "Send less at a time.",
    500: "The error is on our side and has been logged. Try again; if it persists, contact "
    "your server administrator.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the pages need besides the API; `read` parses policy texts as the API does,
    in a thread.
    """

    sessions: Sessions
    live: Live
    read: Reader


def pages(
    api: ASGIApp,
    ports: Ports,
    people: Sequence[DemoPerson] = (),
    *,
    explorer: bool = False,
) -> ASGIApp:
    """Returns the dashboard; `api` answers `/graphql`, and `people` may sign in with a click."""
    routes = [Route("/", _home), *(route for area in areas() for route in area.routes)]
    app = _app([ASSETS, LIVE, *([EXPLORER, EXPLORE] if explorer else []), *routes])
    app.state.api, app.state.sessions, app.state.people = api, ports.sessions, tuple(people)
    app.state.live, app.state.read, app.state.seen = ports.live, ports.read, {}
    return Guard(app)


def explorer_alone() -> ASGIApp:
    """Returns the API explorer alone, for servers without a dashboard."""
    return Guard(_app([ASSETS, EXPLORER]))


def _app(routes: Sequence[Route]) -> Starlette:
    return Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=500)],
        exception_handlers={
            SignedOut: _signed_out,
            Unanswered: _unanswered,
            Refused: _refused,
            HTTPException: _http,
            Exception: _broken,
        },
    )


async def _home(request: Request) -> Response:
    """Redirects to the first entry of the menu; a key without any entry gets its sessions page."""
    me = (await ask(request, "Frame"))["me"]
    entries = menu(me["scopes"])
    return RedirectResponse(entries[0].home if entries else link(request, "sessions"), 303)


async def _signed_out(request: Request, _error: Exception) -> Response:
    """Redirects to the sign-in page, which leads back to this page, or to that of the sent form.

    A link from another site comes without the cookie, which is `SameSite=Strict`: then a page of
    ours sends the request again.
    """
    if "hx-request" in request.headers:
        return Response(status_code=401)
    elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
    if request.method == "GET" and elsewhere and not request.state.token:
        return show(request, "again.html", here=_whole(request))
    sent = request.method != "GET"
    to = {"to": request.state.sent_from, "unsent": "yes"} if sent else {"to": _whole(request)}
    response = RedirectResponse(f"{link(request, 'sign_in')}?{urlencode(to)}", 303)
    if request.state.token:
        signed_out(request, response)
    return response


def _whole(request: Request) -> str:
    """Returns the path of a request with its query."""
    return f"{here(request)}?{request.scope['query_string'].decode('latin-1')}".rstrip("?")


async def _unanswered(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unanswered)  # noqa: S101 - as it is registered
    return await _failed(request, error.status, error.message)


async def _refused(request: Request, error: Exception) -> Response:
    """Shows that a field holds a value that none of our pages sends."""
    return await _failed(request, 422, str(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as it is registered
    said = _WORDS.get(error.status_code, error.detail)
    return await _failed(request, error.status_code, said)


async def _broken(request: Request, _error: Exception) -> Response:
    return show(request, "failed.html", 500, title=_TITLES[500], text=_WORDS[500])


async def _failed(request: Request, status: int, text: str) -> Response:
    """Shows an error page, in the frame of the signed-in user."""
    if request.state.me is None and request.state.token:
        try:
            await ask(request, "Frame")
        except Unanswered:
            request.state.me = None
    title = _TITLES.get(status, _TITLES[500])
    return show(request, "failed.html", status, title=title, text=text)
