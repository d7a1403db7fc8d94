"""The locations that a supplier ships from and receives returns at, and a form for another."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acting import act
from dashboard.asking import ask
from dashboard.doing import letters, text
from dashboard.forms import form_of
from dashboard.view import link, show

ROWS: Final = range(1, 4)
"""Lines of an address after its first."""


async def listed(request: Request) -> Response:
    """Lists the locations with their addresses, and the form for another; a retailer has none."""
    me = (await ask(request, "Frame"))["me"]
    if me["partner"]["kind"] == "RETAILER":
        return show(request, "stock/places.html", found=[], rows=ROWS)
    found = await ask(request, "PlacesDeclared")
    return show(request, "stock/places.html", found=found["locations"]["nodes"], rows=ROWS)


async def put(request: Request) -> Response:
    """Declares a location, or changes the address of an existing handle."""
    form = await form_of(request)
    handle = text(form, "handle")
    lines = [line for row in ROWS if (line := text(form, f"line-{row}"))]
    place = {"handle": handle, "name": text(form, "name"), "lines": lines}
    place["country"] = letters(form, "country")
    says = f"Location “{handle}” saved. Returns waiting for it get it within a minute."
    return await act(
        request, "PutProducts", at=link(request, "places"), says=says, locations=[place]
    )


ROUTES: Final = (
    Route("/stock/places", listed, name="places"),
    Route("/stock/places", put, methods=["POST"]),
)
