"""Shows the list of returns, and one return with its decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing
from dashboard.address import Address
from dashboard.asking import ask, who
from dashboard.returns import decision, stock
from dashboard.returns.moving.answering import found_waiting
from dashboard.returns.moving.next import buttons
from dashboard.returns.moving.steps import counted_with
from dashboard.view import address_of, show
from dashboard.writing.words import TAGS

SIZE: Final = 25
SORTS: Final = {"NEWEST": "Newest first", "OLDEST": "Oldest first", "NUMBER": "By number"}
FILTERS: Final = {
    "partner": "partner",
    "sku": "sku",
    "reason": "reason",
    "from": "requestedFrom",
    "to": "requestedTo",
}
"""The names of the address's parameters in the API's filter."""
WAITS: Final = {"SUPPLIER": "The supplier", "RETAILER": "The retailer", "NOBODY": "Nobody"}
"""The sides that a return may wait for."""
DAYS: Final = ("requestedFrom", "requestedTo")
MOST_LOOKED_INTO: Final = 5
"""Maximum refusals for which the page searches what would be accepted: each costs points."""
READ_WITH: Final = ("decisions", "money", "orders", "policies")
"""Related data of a return, each read only if the key may."""


async def listed(request: Request) -> Response:
    """Shows the list, by the parameters of its address."""
    address = address_of(request)
    orders = "READ_ORDERS" in (await who(request))["scopes"]
    found = await ask(request, "Returns", orders=orders, **arguments(address))
    return show(
        request,
        "returns/list.html",
        found=found["returns"],
        partners=partners(found["me"]),
        states=[(name, words) for name, (words, _) in TAGS["ReturnState"].items()],
        sorts=SORTS,
        waits=list(WAITS.items()),
    )


def arguments(address: Address) -> dict[str, Any]:
    """Returns the arguments of the list; invalid parameters are ignored, and the page says so."""
    said = {
        name: value
        for parameter, name in FILTERS.items()
        if (value := address.day(parameter) if name in DAYS else address[parameter])
    }
    state = address.one_of("state", TAGS["ReturnState"])
    if waits := address.one_of("waits", WAITS):
        said["waitingFor"] = waits
    return {
        **address.window(SIZE),
        "filter": said,
        "search": address["search"] or None,
        "sort": address.one_of("sort", SORTS, "NEWEST"),
        "states": [state] if state else None,
    }


def partners(me: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the other partner of each partnership: handle and name."""
    side = "supplier" if me["partner"]["kind"] == "RETAILER" else "retailer"
    return [(each[side]["handle"], each[side]["name"]) for each in me["partnerships"]]


async def one(request: Request) -> Response:
    """Shows one return; 404 for another partner's."""
    number = request.path_params["number"]
    scopes = (await who(request))["scopes"]
    may = {name: f"READ_{name.upper()}" in scopes for name in READ_WITH}
    found = (await ask(request, "Return", number=number, **may))["found"]
    if found is None:
        raise HTTPException(404)
    found = {"order": None, **found}
    lines = [
        {
            **_whole(line),
            "outcomes": list(map(decision.explained, line["outcomes"])),
            "lapsed": decision.lapsed(line, found),
        }
        for line in found["lines"]
    ]
    await _look_into(request, lines)
    waits = await _waits(request) if may["decisions"] and "ANSWER" in found["nextSteps"] else []
    arrivals = [
        {**each, "undoes": counted_with(found, each["receipt"])} for each in found["arrivals"]
    ]
    skus = {each["id"]: each["sku"] for each in (*found["lines"], *arrivals)}
    history = [
        {**each, "decided": [{**one, "sku": skus[one["line"]]} for one in each["decided"]]}
        for each in found["history"]
    ]
    looked_at = [
        {**each, "sku": skus.get(each["line"]) or skus.get(each["arrival"])}
        for each in found["inspections"]
    ]
    return show(
        request,
        "returns/one.html",
        found={**found, "lines": lines, "arrivals": arrivals, "inspections": looked_at},
        story=sorted([*history, *looked_at], key=lambda each: each["at"]),
        buttons=buttons(request, found, waits),
        waits=waits,
        places=_places(found["lines"]),
        heard=await stock.heard(request, [line["sku"] for line in lines]),
        key=doing.new_key(),
    )


async def _look_into(request: Request, lines: Sequence[dict[str, Any]]) -> None:
    """Adds to the first refused units what would have been accepted."""
    outcomes = [each["outcome"] for line in lines for each in line["outcomes"]]
    refused = [each["decision"] for each in outcomes if each["answer"] == "REFUSE"]
    refused = [each for each in refused if each and each["answer"] == "REFUSE"]
    for each in refused[:MOST_LOOKED_INTO]:
        asked = await ask(request, "WouldAccept", decision=each["id"])
        each["nearest"] = asked["decision"]["wouldAccept"]


async def _waits(request: Request) -> list[dict[str, Any]]:
    """Returns the lines that wait for facts, with who may state them."""
    lines = (await found_waiting(request))["lines"]
    return [line for line in lines if line["asked"] or line["others"]]


def _whole(line: dict[str, Any]) -> dict[str, Any]:
    """Returns a line, with empty values for what the key may not read."""
    return {"claims": [], "deductedForClaims": [], "settlements": [], "orderLine": None, **line}


def _places(lines: Sequence[dict[str, Any]]) -> list[tuple[list[str], dict[str, Any]]]:
    """Returns each return-to address, with the SKUs that go there."""
    found: list[tuple[list[str], dict[str, Any]]] = []
    for line in lines:
        same = next((skus for skus, place in found if place == line["returnTo"]), None)
        if same is not None:
            same.append(line["sku"])
        elif line["returnTo"]:
            found.append(([line["sku"]], line["returnTo"]))
    return found


ROUTES: Final = (
    Route("/returns", listed, name="returns"),
    Route("/returns/{number}", one, name="return"),
)
"""Parameters of paths are named after their objects: tests fill them in."""
