"""Shows the list of orders, and one order with its lines, payments, returns and history."""

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
"""Days before the last return day in which an order counts as about to leave its window."""
SORTS: Final = {
    "NEWEST": "Newest first",
    "OLDEST": "Oldest first",
    "NUMBER": "By number",
    "LAST_DAY": "Window ends soonest",
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
"""The names of the address's parameters in the API's filter."""
DAYS: Final = ("orderedFrom", "orderedTo", "lastDayFrom", "lastDayTo")
OPEN: Final = ("REQUESTED", "IN_REVIEW", "APPROVED", "IN_TRANSIT", "PARTLY_RECEIVED")
"""States of returns whose units may still arrive."""
GOING: Final = ("PLANNED", "SUBMITTED")
"""States of settlements that proceed on their own."""


async def listed(request: Request) -> Response:
    """Shows the list, by the parameters of its address."""
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
    """Returns an order whose lines say how many of their units came back."""
    lines = [{**line, "back": back_of(line, returns)} for line in order["lines"]]
    return {**order, "lines": lines}


def arguments(address: Address) -> dict[str, Any]:
    """Returns the arguments of the list; invalid parameters are ignored, and the page says so."""
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
    """Shows one order; 404 for another partner's."""
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
    """Returns the units of a line that were neither requested back nor cancelled."""
    return int(line["quantity"] - line["quantityReturned"] - line["quantityCancelled"])


def back_of(line: Mapping[str, Any], returns: Sequence[Mapping[str, Any]] | None) -> str:
    """Says how many units came back, and how many were only requested; empty for none.

    Without the returns, which a list does not read and a key may not read, the two are not
    separated.
    """
    units = int(line["quantityReturned"])
    if returns is None:
        return f"{units} returned or requested" if units else ""
    own = [
        each
        for found in returns
        for each in found["lines"]
        if each["orderLine"] and each["orderLine"]["id"] == line["id"] and found["state"] in OPEN
    ]
    asked = min(units, sum(each["quantity"] - each["received"] for each in own))
    parts = ((units - asked, "returned"), (asked, "return requested"))
    return ", ".join(f"{count} {words}" for count, words in parts if count > 0)


def _story(
    history: Sequence[dict[str, Any]], money: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Returns the history of an order, in order: entries of its record, and its refunds."""
    back = money["settlements"]["nodes"] if money else []
    moved = [{"at": each["madeAt"], "settlement": each} for each in back]
    return sorted([*history, *moved], key=lambda each: datetime.fromisoformat(each["at"]))


def _goes_on(money: Mapping[str, Any] | None) -> bool:
    settlements = money["settlements"]["nodes"] if money else []
    return any(each["state"] in GOING for each in settlements)


def _may_go_back(found: Mapping[str, Any], money: Mapping[str, Any]) -> bool:
    """Whether the user can refund from a known payment of the order."""
    me = money["me"]
    others = [
        each["retailerRefunds"]
        for each in me["partnerships"]
        if each["supplier"]["handle"] == found["supplier"]["handle"]
    ]
    of_others = me["partner"]["kind"] == "RETAILER" and any(others)
    return any(each["paidToYou"] or of_others for each in money["payments"])


async def order_of(request: Request, operation: str) -> dict[str, Any]:
    """Returns the order that the path names, by this operation; raises `HTTPException` 404."""
    return order_in(await ask(request, operation, order=request.path_params["order"]))


def order_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the order of an answer; raises 404 if the id is of another kind of object."""
    if not data["found"]:
        raise HTTPException(404)
    return dict(data["found"])


ROUTES: Final = (
    Route("/orders", listed, name="orders"),
    Route("/orders/{order}", one, name="order"),
)
