"""The API explorer: GraphiQL from the bundle, served to browsers at the API's own path."""

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
    """ASGI app: the API for programs, and its explorer for a browser at the same address."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._pages if _is_browser(scope) else self._api)(scope, receive, send)


def _is_browser(scope: Scope) -> bool:
    """Whether the request is for a page, and not a query in the address."""
    if scope["method"] != "GET" or scope["query_string"]:
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


async def _page(request: Request) -> Response:
    """Shows the explorer; it runs as the signed-in user, or else with a key typed there."""
    url = link(request, "explore") if request.state.token else ""
    return show(request, "explorer.html", explorer=entry("explorer"), url=url)


async def _explore(request: Request) -> Response:
    """Forwards the explorer's requests as the signed-in user; only a page of ours may post them."""
    answer = await forwarded(request, await request.body())
    return Response(answer.content, answer.status_code, media_type="application/json")


EXPLORER: Final = Route(PATH, _page, name="explorer")
EXPLORE: Final = Route("/explore", _explore, methods=["POST"], name="explore")
"""Needs sessions, which only the dashboard has."""
