"""Which partners have been told of the stock that a return changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request

from dashboard.asking import ask


async def heard(request: Request, skus: Iterable[str]) -> list[dict[str, Any]]:
    """Returns the stock of each SKU, and for each partner whether it has the newest level."""
    if "READ_STOCK" not in request.state.me["scopes"]:
        return []
    found = [await _of_sku(request, sku) for sku in dict.fromkeys(skus)]
    return [each for each in found if each]


async def _of_sku(request: Request, sku: str) -> dict[str, Any] | None:
    data = await ask(request, "ReturnedStock", sku=sku)
    if not any(each["places"] or each["shared"] for each in data["stock"]["nodes"]):
        return None
    side = "supplier" if data["me"]["partner"]["kind"] == "RETAILER" else "retailer"
    feeds = [
        {"partner": channel[side]["name"], **feed, "heard": _has_heard(feed)}
        for channel in data["channels"]["nodes"]
        for feed in channel["feeds"]["nodes"]
    ]
    return {**data["stock"]["nodes"][0], "feeds": feeds}


def _has_heard(feed: dict[str, Any]) -> bool:
    return bool(feed["sequenceAcknowledged"] >= feed["sequenceWanted"])
