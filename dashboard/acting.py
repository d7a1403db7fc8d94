"""Does what one form asks for and goes to a page that says so, or shows it again with why not."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dashboard import doing, flash
from dashboard.asking import ask
from dashboard.doing import Refused
from dashboard.refilling import again


async def act(request: Request, operation: str, /, *, at: str, says: str, **said: Any) -> Response:
    """Goes to `at`, which says `says`; what was refused is asked again, with what was typed."""
    try:
        await doing.do(request, operation, **said)
    except Refused as refused:
        return await again(request, str(refused), at)
    return flash.said_at(at, request, says)


async def scopes(request: Request) -> frozenset[str]:
    """What the key of whoever signed in may do, for pages that ask for more where it may."""
    return frozenset((await ask(request, "Frame"))["me"]["scopes"])
