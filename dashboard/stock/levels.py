"""Shows stock by SKU and location and which partners know it, and sets counted levels."""

from __future__ import annotations

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acting import act
from dashboard.address import Address
from dashboard.asking import ask
from dashboard.doing import Refused, count, new_key, text
from dashboard.forms import form_of
from dashboard.refilling import again
from dashboard.returns.views import partners
from dashboard.stock.knowing import held_up, known
from dashboard.view import address_of, link, show

SIZE: Final = 25
SORTS: Final = {"DECLARED": "Default order", "SKU": "By SKU"}


async def listed(request: Request) -> Response:
    """Shows the list, by the parameters of its address."""
    address = address_of(request)
    places = await _places(request)
    found = await ask(request, "StockList", **arguments(address, supplier=places is not None))
    return show(
        request,
        "stock/list.html",
        found=found["stock"],
        sorts=SORTS,
        partners=partners(found["me"]),
        places=places,
    )


async def _places(request: Request) -> list[tuple[str, str]] | None:
    """Returns the supplier's own locations; None for a retailer, who does not see them."""
    me = (await ask(request, "Frame"))["me"]
    if me["partner"]["kind"] == "RETAILER":
        return None
    found = (await ask(request, "Places"))["locations"]["nodes"]
    return [(each["handle"], each["handle"]) for each in found]


def arguments(address: Address, *, supplier: bool) -> dict[str, Any]:
    """Returns the arguments of the list; only a supplier's own stock has locations."""
    name = "location" if supplier else "partner"
    return {
        **address.window(SIZE),
        "search": address["search"] or None,
        "sort": address.one_of("sort", SORTS, "DECLARED"),
        name: address[name] or None,
    }


async def one(request: Request) -> Response:
    """Shows a SKU: its stock by location, and what each partner was told."""
    found = await ask(request, "Sku", sku=request.path_params["sku"])
    stock = found["stock"]["nodes"]
    if not stock:
        raise HTTPException(404)
    told = [
        {**each, "feed": feed}
        for each in found["channels"]["nodes"]
        for feed in each["feeds"]["nodes"]
    ]
    fields = await known(request, request.path_params["sku"])
    held = await held_up(request, request.path_params["sku"]) if fields else []
    said = {"stock": stock, "told": told, "fields": fields, "held": held, "key": new_key()}
    return show(request, "stock/sku.html", **said)


async def counted(request: Request) -> Response:
    """Sets a counted level at a location."""
    form, sku = await form_of(request), request.path_params["sku"]
    at, key = link(request, "sku", sku=sku), text(form, "key")
    try:
        units = count(form, "available", "Available units")
    except Refused as refused:
        return await again(request, str(refused), at)
    level = {"sku": sku, "location": text(form, "location"), "available": units}
    says = f"Stock set to {units} available."
    return await act(request, "SetStock", at=at, says=says, levels=[level], idempotencyKey=key)


ROUTES: Final = (
    Route("/stock", listed, name="stock"),
    Route("/stock/sku/{sku:text}", one, name="sku"),
    Route("/stock/sku/{sku:text}", counted, methods=["POST"]),
)
