"""The supplier's locations as a list to choose from."""

from __future__ import annotations

from starlette.requests import Request

from dashboard.asking import ask


async def places(request: Request) -> list[tuple[str, str]]:
    """Returns the supplier's locations: handle and label.

    None for a retailer, or a key that may not read stock.
    """
    me = request.state.me
    if me["partner"]["kind"] != "SUPPLIER" or "READ_STOCK" not in me["scopes"]:
        return []
    found = (await ask(request, "PlacesAtTheDock"))["locations"]["nodes"]
    return [(each["handle"], f"{each['address']['name']} ({each['handle']})") for each in found]
