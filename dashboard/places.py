"""Where goods may lie or go, as a list to choose from."""

from __future__ import annotations

from starlette.requests import Request

from dashboard.asking import ask


async def places(request: Request) -> list[tuple[str, str]]:
    """The supplier's locations, by handle and as people tell them apart.

    None for a retailer, or a key without stock.
    """
    me = request.state.me
    if me["partner"]["kind"] != "SUPPLIER" or "READ_STOCK" not in me["scopes"]:
        return []
    found = (await ask(request, "PlacesAtTheDock"))["locations"]["nodes"]
    return [(each["handle"], f"{each['address']['name']} ({each['handle']})") for each in found]
