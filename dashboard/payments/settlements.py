"""Shows settlements and the history of one, and carries out a person's decision about it."""

from __future__ import annotations

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acting import act, scopes
from dashboard.address import Address
from dashboard.asking import ask
from dashboard.doing import new_key, text
from dashboard.forms import form_of
from dashboard.overview.figures import GROUPS, WAYS
from dashboard.payments import history, next_step
from dashboard.returns.views import partners
from dashboard.view import address_of, link, show
from dashboard.writing.words import NAMES, TAGS

SIZE: Final = 25
SORTS: Final = {"NEWEST": "Newest first", "OLDEST": "Oldest first", "LARGEST": "Largest first"}
STATES: Final = {
    "stuck": "Stuck (needs attention or failed)",
    "on-its-way": "Pending (planned or processing)",
    **{name: words for name, (words, _) in TAGS["SettlementState"].items()},
}
WAY_WORDS: Final = {
    "refunded": "Refunds",
    "credited": "Credits",
    "REFUND": "Refund",
    "CREDIT_NOTE": "Credit note",
    "BALANCE_CREDIT": NAMES["BALANCE_CREDIT"],
    "OWN_CREDIT": NAMES["OWN_CREDIT"],
    "BY_HAND": NAMES["BY_HAND"],
}


async def listed(request: Request) -> Response:
    """Shows the list, by the parameters of its address."""
    address, own = address_of(request), await scopes(request)
    may = "RESOLVE_SETTLEMENTS" in own
    asked = {"may": may, "orders": "READ_ORDERS" in own, **arguments(address)}
    found = await ask(request, "Settlements", **asked)
    listed_ = {**found["settlements"], "nodes": list(map(_whole, found["settlements"]["nodes"]))}
    pays = _pays(found)
    return show(
        request,
        "payments/list.html",
        found=listed_,
        hold=found.get("payoutsOnHold"),
        partners=partners(found["me"]),
        states=list(STATES.items()),
        ways=list(WAY_WORDS.items()),
        sorts=SORTS,
        advice=lambda each: next_step.advice(each, may=pays and may, pays=pays),
    )


def _whole(settlement: dict[str, Any]) -> dict[str, Any]:
    """Returns a settlement, without its order if the key may not read orders."""
    return {"order": None, "orderLine": None, **settlement}


def arguments(address: Address) -> dict[str, Any]:
    """Returns the arguments of the list; invalid parameters are ignored, and the page says so."""
    wanted: dict[str, Any] = {}
    if state := address.one_of("state", STATES):
        wanted["states"] = list(GROUPS.get(state, (state,)))
    if way := address.one_of("way", WAY_WORDS):
        wanted["ways"] = list(WAYS.get(way, (way,)))
    if address["partner"]:
        wanted["partner"] = address["partner"]
    for name, parameter in (("madeFrom", "from"), ("madeTo", "to")):
        if day := address.day(parameter):
            wanted[name] = day
    return {
        **address.window(SIZE),
        "filter": wanted,
        "search": address["search"] or None,
        "sort": address.one_of("sort", SORTS, "NEWEST"),
    }


async def _found(request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the settlement that the path names, and the whole answer; 404 for another
    partner's.
    """
    orders = "READ_ORDERS" in await scopes(request)
    found = await ask(request, "Settlement", id=request.path_params["settlement"], orders=orders)
    if not found["node"]:
        raise HTTPException(404)
    return _whole(found["node"]), found


def _pays(found: dict[str, Any]) -> bool:
    return bool(found["me"]["partner"]["kind"] == "SUPPLIER")


def _may(found: dict[str, Any]) -> bool:
    return _pays(found) and "RESOLVE_SETTLEMENTS" in found["me"]["scopes"]


async def one(request: Request) -> Response:
    """Shows its history, and the possible decisions."""
    settlement, found = await _found(request)
    open_ = settlement["state"] in next_step.OPEN and _may(found)
    return show(
        request,
        "payments/one.html",
        found=settlement,
        entries=list(map(history.told, found["journalEntries"]["nodes"])),
        advice=next_step.advice(settlement, may=_may(found), pays=_pays(found)),
        resolutions=next_step.RESOLUTIONS if open_ else {},
    )


async def resolve_page(request: Request) -> Response:
    """Says what will happen, and asks for confirmation."""
    settlement, _ = await _found(request)
    how = request.query_params.get("how", "RETRY")
    if how not in next_step.RESOLUTIONS:
        raise HTTPException(404)
    return show(
        request,
        "payments/resolve.html",
        found=settlement,
        how=how,
        key=new_key(),
        words=next_step.RESOLUTIONS[how],
    )


async def resolve(request: Request) -> Response:
    """Does it."""
    form, (found, _) = await form_of(request), await _found(request)
    how = text(form, "how")
    if how not in next_step.RESOLUTIONS:
        raise HTTPException(400)
    asked = {
        "settlement": found["id"],
        "resolution": how,
        "idempotencyKey": text(form, "key"),
        "ifUnchanged": text(form, "seen"),
        "reference": text(form, "reference") or None,
        "why": text(form, "why") or None,
    }
    at = link(request, "settlement", settlement=found["id"])
    says = next_step.RESOLUTIONS[how][2]
    return await act(request, "ResolveSettlement", at=at, says=says, **asked)


ROUTES: Final = (
    Route("/payments", listed, name="payments"),
    Route("/payments/{settlement}", one, name="settlement"),
    Route("/payments/{settlement}/resolve", resolve_page, name="resolve_settlement"),
    Route("/payments/{settlement}/resolve", resolve, methods=["POST"]),
)
