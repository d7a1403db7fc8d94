"""A supplier names the locations that the lines of an order were shipped from."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acting import act
from dashboard.doing import text
from dashboard.forms import form_of
from dashboard.orders.views import order_of
from dashboard.refilling import again
from dashboard.view import link


async def say(request: Request) -> Response:
    """Sets the location of each line for which one was chosen."""
    form, found = await form_of(request), await order_of(request, "OrderToReturn")
    at = link(request, "order", order=found["id"])
    lines: list[dict[str, Any]] = [
        {"line": line["number"], "location": place}
        for index, line in enumerate(found["lines"])
        if (place := text(form, f"place-{index}"))
    ]
    if not lines:
        return await again(request, "Choose the location of at least one line.", at)
    says = "Location saved. Returns waiting for it get this return address within a minute."
    about = {"order": found["id"], "idempotencyKey": text(form, "key"), "lines": lines}
    return await act(request, "UpdateOrder", at=at, says=says, **about)


ROUTES: Final = (Route("/orders/{order}/places", say, methods=["POST"], name="order_places"),)
