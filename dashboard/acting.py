"""Does what one button asks for and goes to a page that says so, or says why it was not done."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dashboard import doing, flash
from dashboard.asking import ask
from dashboard.doing import Refused


async def act(request: Request, operation: str, /, *, at: str, says: str, **said: Any) -> Response:
    """Goes to `at`, which says `says` or the refusal of the API."""
    try:
        await doing.do(request, operation, **said)
    except Refused as refused:
        return flash.said_at(at, request, str(refused), "bad")
    return flash.said_at(at, request, says)


async def scopes(request: Request) -> frozenset[str]:
    """What the key of whoever signed in may do, for pages that ask for more where it may."""
    return frozenset((await ask(request, "Frame"))["me"]["scopes"])
