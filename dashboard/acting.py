"""Runs the mutation of a form, then shows a page with the result, or the form with the error."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dashboard import doing, flash
from dashboard.asking import ask
from dashboard.doing import Refused
from dashboard.refilling import again


async def act(request: Request, operation: str, /, *, at: str, says: str, **said: Any) -> Response:
    """Redirects to `at` with the message `says`; after a refusal, shows the form again as filled
    in.
    """
    try:
        await doing.do(request, operation, **said)
    except Refused as refused:
        return await again(request, str(refused), at)
    return flash.said_at(at, request, says)


async def scopes(request: Request) -> frozenset[str]:
    """Returns the scopes of the user's key, for pages whose queries depend on them."""
    return frozenset((await ask(request, "Frame"))["me"]["scopes"])
