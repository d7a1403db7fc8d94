"""Shows the list of orders, and one with its lines, payments, returns and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.address import Address
from dashboard.asking import ask
from dashboard.doing import new_key
from dashboard.places import places
from dashboard.returns.views import partners
from dashboard.view import address_of, show

SIZE: Final = 25
SOON: Final = 7
"""Days before its last in which an order is about to leave its window."""
SORTS: Final = {
    "NEWEST": "Newest first",
    "OLDEST": "Oldest first",
    "NUMBER": "By number",
    "LAST_DAY": "By last day",
}
STANDINGS: Final = {"CONFIRMED": "Confirmed", "PROPOSED": "Proposed", "DECLINED": "Declined"}
FILTERS: Final = {
    "partner": "partner",
    "sku": "sku",
    "tracking": "tracking",
    "from": "orderedFrom",
    "to": "orderedTo",
    "last_from": "lastDayFrom",
    "last_to": "lastDayTo",
}
"""What the filter of the API calls each parameter of the address."""
DAYS: Final = ("orderedFrom", "orderedTo", "lastDayFrom", "lastDayTo")
OPEN: Final = ("REQUESTED", "IN_REVIEW", "APPROVED", "IN_TRANSIT", "PARTLY_RECEIVED")
"""States of returns whose units may have to arrive yet."""
GOING: Final = ("PLANNED", "SUBMITTED")
"""States of settlements that go on by themselves."""


async def listed(request: Request) -> Response:
    """The list, by what its address says."""
    address, today = address_of(request), datetime.now(UTC).date()
    found = await ask(request, "Orders", **arguments(address))
    return show(
        request,
        "orders/list.html",
        found={**found["orders"], "nodes": [_told(each) for each in found["orders"]["nodes"]]},
        partners=partners(found["me"]),
        standings=list(STANDINGS.items()),
        sorts=SORTS,
        today=today,
        soon=today + timedelta(days=SOON),
    )


def _told(
    order: Mapping[str, Any], returns: Sequence[Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """An order whose lines say what of them is back."""
    lines = [{**line, "back": back_of(line, returns)} for line in order["lines"]]
    return {**order, "lines": lines}


def arguments(address: Address) -> dict[str, Any]:
    """The arguments of the list; what makes no sense is left out, as the page says."""
    said: dict[str, Any] = {
        name: value
        for parameter, name in FILTERS.items()
        if (value := address.day(parameter) if name in DAYS else address[parameter])
    }
    if standing := address.one_of("standing", STANDINGS):
        said["standings"] = [standing]
    return {
        **address.window(SIZE),
        "filter": said,
        "search": address["search"] or None,
        "sort": address.one_of("sort", SORTS, "NEWEST"),
    }


async def one(request: Request) -> Response:
    """One order; another partner's is not there."""
    order = request.path_params["order"]
    found = await order_of(request, "Order")
    scopes = request.state.me["scopes"]
    returns = await ask(request, "OrderReturns", order=order) if "READ_RETURNS" in scopes else None
    known = returns["returns"]["nodes"] if returns else None
    money = await ask(request, "OrderMoney", order=order) if "READ_MONEY" in scopes else None
    return show(
        request,
        "orders/one.html",
        found={
            **found,
            "lines": [{**line, "back": back_of(line, known)} for line in found["lines"]],
        },
        returns=known or [],
        reads=known is not None,
        money=money,
        story=_story(found["history"], money),
        going=_goes_on(money),
        refundable=money is None or _may_go_back(found, money),
        places=await places(request) if "AMEND_ORDERS" in scopes else [],
        key=new_key(),
        open=found["confirmed"] and any(left_of(line) > 0 for line in found["lines"]),
    )


def left_of(line: Mapping[str, Any]) -> int:
    """Units of a line that were neither asked back nor cancelled."""
    return int(line["quantity"] - line["quantityReturned"] - line["quantityCancelled"])


def back_of(line: Mapping[str, Any], returns: Sequence[Mapping[str, Any]] | None) -> str:
    """How many units came back, and how many were only asked back; empty for none.

    Without its returns, which a key may not read or a list does not, nobody tells them apart.
    """
    units = int(line["quantityReturned"])
    if returns is None:
        return f"{units} back or asked back" if units else ""
    own = [
        each
        for found in returns
        for each in found["lines"]
        if each["orderLine"] and each["orderLine"]["id"] == line["id"] and found["state"] in OPEN
    ]
    asked = min(units, sum(each["quantity"] - each["received"] for each in own))
    parts = ((units - asked, "came back"), (asked, "asked back"))
    return ", ".join(f"{count} {words}" for count, words in parts if count > 0)


def _story(
    history: Sequence[dict[str, Any]], money: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """What happened to an order, in its order: what was said of it, and what went back of it."""
    back = money["settlements"]["nodes"] if money else []
    moved = [{"at": each["madeAt"], "settlement": each} for each in back]
    return sorted([*history, *moved], key=lambda each: datetime.fromisoformat(each["at"]))


def _goes_on(money: Mapping[str, Any] | None) -> bool:
    settlements = money["settlements"]["nodes"] if money else []
    return any(each["state"] in GOING for each in settlements)


def _may_go_back(found: Mapping[str, Any], money: Mapping[str, Any]) -> bool:
    """Whether a payment of the order is known that whoever asks may send money back of."""
    me = money["me"]
    others = [
        each["retailerRefunds"]
        for each in me["partnerships"]
        if each["supplier"]["handle"] == found["supplier"]["handle"]
    ]
    of_others = me["partner"]["kind"] == "RETAILER" and any(others)
    return any(each["paidToYou"] or of_others for each in money["payments"])


async def order_of(request: Request, operation: str) -> dict[str, Any]:
    """The order that the path names, as an operation asks for it; raises `HTTPException` 404."""
    return order_in(await ask(request, operation, order=request.path_params["order"]))


def order_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """The order that was asked for by its id; ids of other things are not there."""
    if not data["found"]:
        raise HTTPException(404)
    return dict(data["found"])


ROUTES: Final = (
    Route("/orders", listed, name="orders"),
    Route("/orders/{order}", one, name="order"),
)
