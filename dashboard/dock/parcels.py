"""Parcels without a known return: counting, inspecting, and tying them to a return."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, flash
from dashboard.asking import ask
from dashboard.dock import views
from dashboard.forms import form_of
from dashboard.places import places as known_places
from dashboard.refilling import again
from dashboard.view import address_of, link, show

SIZE: Final = 20
ROWS: Final = 3
"""The number of SKUs in one form."""
_TIED: Final = {"yes": True, "no": False}


async def listed(request: Request) -> Response:
    """Lists the parcels, newest first, each with its possible actions."""
    await ask(request, "Frame")
    return await _page(request, {})


async def _page(request: Request, typed: Mapping[str, str], wrong: str = "") -> Response:
    address, found, places = address_of(request), None, []
    if views.may_receive(request):
        tied = _TIED.get(address.one_of("tied", _TIED))
        found = (await ask(request, "Parcels", tied=tied, **address.window(SIZE)))["parcels"]
        places = await known_places(request)
    return show(
        request,
        "dock/parcels.html",
        422 if wrong else 200,
        found=found,
        places=places,
        rows=range(1, ROWS + 1),
        dispositions=views.DISPOSITIONS,
        seal=doing.shown,
        typed={"tracking": address["tracking"], **typed, "key": doing.new_key()},
        wrong=wrong,
    )


Done = Callable[[Request, FormData, Mapping[str, Any]], Awaitable[str]]


def _doing(work: Done) -> Callable[[Request], Awaitable[Response]]:
    """Makes a view that runs the action of a form about one parcel, and shows its message.

    It is refused if the parcel has changed since it was shown.
    """

    async def done(request: Request) -> Response:
        form = await form_of(request)
        there = link(request, "dock_parcels")
        parcel = (await ask(request, "ParcelNow", parcel=doing.text(form, "parcel")))["parcel"]
        try:
            await doing.check_shown(request, form, parcel)
            return flash.said_at(there, request, await work(request, form, _about(form, parcel)))
        except doing.Refused as refused:
            return await again(request, str(refused), there)

    return done


async def receive(request: Request) -> Response:
    """Counts a parcel; after a refusal, shows the form as filled in."""
    await ask(request, "Frame")
    form = await form_of(request)
    try:
        said = await _receive(request, form)
    except doing.Refused as refused:
        typed = {name: doing.text(form, name) for name in form}
        return await _page(request, typed, str(refused))
    return flash.said_at(link(request, "dock_parcels"), request, said)


async def _receive(request: Request, form: FormData) -> str:
    rows = [
        {"sku": sku, "units": doing.count(form, f"units-{row}", sku) or 1}
        for row in range(1, ROWS + 1)
        if (sku := doing.text(form, f"sku-{row}"))
    ]
    said = {name: doing.text(form, name) for name in ("location", "note", "tracking")}
    key = doing.text(form, "key")
    await doing.do(request, "ReceiveParcel", lines=rows, idempotencyKey=key, **said)
    return "Parcel received. Its units are awaiting inspection."


async def _inspect(request: Request, form: FormData, about: Mapping[str, Any]) -> str:
    line = {
        "arrival": doing.text(form, "arrival"),
        "units": doing.count(form, "units"),
        "disposition": doing.text(form, "disposition"),
    }
    if line["disposition"] not in views.DISPOSITIONS:
        raise doing.Refused("Choose a disposition, such as restock or scrap.")
    await doing.do(request, "InspectParcel", lines=[line], **about)
    return "Inspection saved and stock updated."


async def _undo(request: Request, form: FormData, about: Mapping[str, Any]) -> str:
    why = {"why": doing.text(form, "why")}
    inspection = doing.text(form, "inspection")
    more = {"inspection": inspection} if inspection else {}
    await doing.do(request, "UndoParcel", **about, **why, **more)
    return "Undone. The original record is kept."


async def _tie(request: Request, form: FormData, about: Mapping[str, Any]) -> str:
    number = doing.letters(form, "number")
    found = (await ask(request, "ReturnToMove", number=number))["found"]
    if found is None:
        raise doing.Refused(f"You have no return “{number[:40]}”.")
    done = await doing.do(request, "TieParcel", **about, **{"return": found["id"]})
    return " ".join([f"Parcel matched to {number}.", *done["notes"]])


def _about(form: FormData, parcel: Mapping[str, Any] | None) -> dict[str, Any]:
    about = {"parcel": doing.text(form, "parcel"), "idempotencyKey": doing.text(form, "key")}
    return {**about, **(doing.unchanged(parcel) if parcel else {})}


ROUTES: Final = (
    Route("/dock/parcels", listed, name="dock_parcels"),
    Route("/dock/parcels", receive, methods=["POST"]),
    Route("/dock/parcels/inspect", _doing(_inspect), methods=["POST"], name="parcel_inspect"),
    Route("/dock/parcels/undo", _doing(_undo), methods=["POST"], name="parcel_undo"),
    Route("/dock/parcels/tie", _doing(_tie), methods=["POST"], name="parcel_tie"),
)
