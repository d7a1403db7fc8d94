"""One message that the next page shows once: what was done, or why not."""

from __future__ import annotations

import base64
import json
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.forms import unpacked
from dashboard.session import set_cookie

COOKIE: Final = "flash"
MOST_CHARACTERS: Final = 500
_MOST_BYTES: Final = 12 * MOST_CHARACTERS + 100
TONES: Final = ("good", "warn", "bad")


def said_at(address: str, request: Request, text: str, tone: str = "good") -> RedirectResponse:
    """Redirects to a page of ours, which shows the message."""
    response = RedirectResponse(address, 303)
    packed = json.dumps([tone, text[:MOST_CHARACTERS]]).encode()
    value = base64.urlsafe_b64encode(packed).decode()
    set_cookie(request, response, COOKIE, value, seconds=60)
    return response


def waiting(request: Request) -> tuple[str, str] | None:
    """Returns tone and text of the message to show; None for none or an invalid one."""
    try:
        said = unpacked(base64.urlsafe_b64decode(request.cookies.get(COOKIE, "")), _MOST_BYTES)
    except ValueError:
        return None
    match said:
        case [str(tone), str(text)] if tone in TONES:
            return tone, text
    return None


def shown(request: Request, response: Response) -> None:
    """Deletes the message."""
    if COOKIE in request.cookies:
        set_cookie(request, response, COOKIE, "", seconds=0)
