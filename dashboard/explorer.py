"""The page that explores the API: GraphiQL from the bundle, at the API's own path for browsers."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.asking import forwarded
from dashboard.assets import entry
from dashboard.view import link, show

PATH: Final = "/graphql"


class Explored:
    """ASGI: the API for programs, and its explorer for a browser that opens the same address."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._pages if _is_browser(scope) else self._api)(scope, receive, send)


def _is_browser(scope: Scope) -> bool:
    """Whether a page is wanted, and no answer to a query in the address."""
    if scope["method"] != "GET" or scope["query_string"]:
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


async def _page(request: Request) -> Response:
    """For whoever is signed in, it asks as them; else with a key that is written there."""
    url = link(request, "explore") if request.state.token else ""
    return show(request, "explorer.html", explorer=entry("explorer"), url=url)


async def _explore(request: Request) -> Response:
    """What the explorer asks as the person who signed in; a page of ours alone may post it."""
    answer = await forwarded(request, await request.body())
    return Response(answer.content, answer.status_code, media_type="application/json")


EXPLORER: Final = Route(PATH, _page, name="explorer")
EXPLORE: Final = Route("/explore", _explore, methods=["POST"], name="explore")
"""The second needs sessions, which only the dashboard has."""
