"""Orders and changes that wait for their supplier: confirms or declines them, each once."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, flash
from dashboard.asking import ask
from dashboard.forms import form_of
from dashboard.refilling import again
from dashboard.view import address_of, link, show

SIZE: Final = 20


async def listed(request: Request) -> Response:
    """Lists the waiting orders, longest waiting first."""
    found = await ask(request, "WaitingOrders", **address_of(request).window(SIZE))
    nodes = [{**each, "waiting": _waiting(each)} for each in found["waitingOrders"]["nodes"]]
    return show(
        request,
        "orders/proposals.html",
        found={**found["waitingOrders"], "nodes": nodes},
        key=doing.new_key(),
    )


def _waiting(order: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in order["amendments"] if each["standing"] == "PROPOSED"]


async def answer(request: Request) -> Response:
    """Confirms or declines what the form selects."""
    form = await form_of(request)
    there = link(request, "proposals")
    about = {
        "orders": [str(each) for each in form.getlist("order")],
        "amendments": [str(each) for each in form.getlist("amendment")],
    }
    key = doing.text(form, "key")
    try:
        if not any(about.values()):
            raise doing.Refused("Select at least one order or change.")
        if doing.text(form, "word") == "confirm":
            await doing.do(request, "ConfirmOrders", **about, idempotencyKey=key)
            return flash.said_at(there, request, "Confirmed. It takes effect now.")
        why = doing.text(form, "reason")
        await doing.do(request, "DeclineOrders", **about, reason=why, idempotencyKey=key)
    except doing.Refused as refused:
        return await again(request, str(refused), there)
    return flash.said_at(there, request, "Declined. The retailer sees your reason.")


ROUTES: Final = (
    Route("/orders/proposals", listed, name="proposals"),
    Route("/orders/proposals", answer, methods=["POST"]),
)
