"""Answers programs that ask at an address where there is nothing for them."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from returns_api.serving.errors import named

_JSON: Final = ("application/json", "application/graphql-response+json")


class Elsewhere:
    """ASGI: `pages` for browsers; programs that send JSON are told where the API is.

    No page sends JSON without the cookie of its session.
    """

    def __init__(self, api: str, pages: ASGIApp | None) -> None:
        self._api, self._pages = api, pages or Response("Not Found", 404, media_type="text/plain")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wrong = scope["type"] == "http" and _is_program(scope)
        await (self._lost(scope) if wrong else self._pages)(scope, receive, send)

    def _lost(self, scope: Scope) -> ASGIApp:
        asked = f"{scope['method']} {scope['path'][:100]}"
        message = f"`{asked}` leads nowhere; send GraphQL to `{self._api}`."
        return JSONResponse({"errors": [named(message, "not_found")]}, 404)


def _is_program(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    return media in _JSON and "cookie" not in headers
