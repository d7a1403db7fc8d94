"""Finds returns of arrived goods, counts the goods, and records inspections and dispositions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import doing, facts, flash
from dashboard.asking import ask, who
from dashboard.forms import form_of
from dashboard.paths import here
from dashboard.places import places
from dashboard.returns import filing
from dashboard.returns.moving.steps import told
from dashboard.view import link, show

DISPOSITIONS: Final = ("RESTOCK", "REFURBISH", "SCRAP", "DONATE", "RETURN_TO_SENDER", "KEEP")


async def dock(request: Request) -> Response:
    """Shows what is due and what was scanned; opens a return at once if only one matches."""
    text = request.query_params.get("q", "").strip()
    found = await ask(request, "AtTheDock", text=text or None, asked=bool(text))
    fits = found["returns"]["nodes"] if text else []
    if len(fits) == 1:
        return RedirectResponse(link(request, "dock_return", number=fits[0]["number"]), 303)
    return show(request, "dock/dock.html", text=text, fits=fits, due=found["due"]["nodes"])


async def one(request: Request) -> Response:
    """Shows a return at the dock."""
    found = await _found(request)
    return await _page(request, found, {})


async def receive(request: Request) -> Response:
    """Counts arrived units of a return."""
    found, form = await _found(request), await form_of(request)
    try:
        await doing.check_shown(request, form, *_counts(found))
        done = await doing.do(
            request,
            "ReceiveReturn",
            **{"return": found["id"]},
            lines=_counted(found["lines"], form),
            complete=bool(doing.text(form, "complete")),
            location=doing.text(form, "location"),
            idempotencyKey=doing.text(form, "key"),
            **doing.unchanged(found),
        )
    except doing.Refused as refused:
        return await _page(request, found, _typed(form), str(refused))
    return flash.said_at(here(request).removesuffix("/receive"), request, told(done))


def _counts(found: Mapping[str, Any]) -> tuple[object, ...]:
    """Returns what a return still expects, and what came of it."""
    lines = [(line["id"], line["expected"], line["received"]) for line in found["lines"]]
    return found["id"], lines, found["arrivals"]


def _counted(lines: Sequence[Mapping[str, Any]], form: FormData) -> list[dict[str, Any]]:
    """Returns the units of each line and of scanned SKUs; raises `Refused`.

    All units are those that the form showed, so that it means the same if it is sent again.
    """
    whole = bool(doing.text(form, "all"))
    found: list[dict[str, Any]] = []
    for place, line in enumerate(lines, 1):
        name = f"{'rest' if whole else 'line'}-{place}"
        units = doing.count(form, name, line["sku"])
        if units > 0:
            found.append({"line": line["id"], "units": units})
    sku = doing.text(form, "sku")
    if sku and not whole:
        found.append({"sku": sku, "units": doing.count(form, "units", sku) or 1})
    if not found and not doing.text(form, "complete"):
        raise doing.Refused("Nothing was counted: enter how many units were received.")
    return found


async def inspect(request: Request) -> Response:
    """Records an inspection, after a confirmation; stores its photo first."""
    found = await _found(request)
    await form_of(request, files=True)
    async with request.form() as form:
        return await _inspected(request, found, form)


async def _inspected(request: Request, found: Mapping[str, Any], form: FormData) -> Response:
    key = doing.text(form, "key")
    try:
        lines = _looked_at(_arrivals(found), form)
        if getattr(form.get("file"), "filename", ""):
            await filing.send_of(request, found["id"], form.get("file"), f"{key}-photo")
        if not await doing.was_shown(request, form, *_to_confirm(found, lines)):
            wrong = doing.CHANGED if doing.text(form, "seen") else ""
            return await _page(request, found, {**_typed(form), "key": key}, wrong, lines)
        done = await doing.do(
            request,
            "InspectReturn",
            **{"return": found["id"]},
            lines=lines,
            idempotencyKey=key,
            **doing.unchanged(found),
        )
    except doing.Refused as refused:
        return await _page(request, found, _typed(form), str(refused))
    return flash.said_at(here(request).removesuffix("/inspect"), request, told(done))


def waiting(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns arrivals with uninspected units, each with the questions of its line."""
    return [each for each in _arrivals(found) if each["rest"] and not each["undone"]]


def _arrivals(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    lines = {line["id"]: line for line in found["lines"]}
    return [
        {**each, "rest": each["units"] - each["inspected"], "form": _questions(lines, each)}
        for each in found["arrivals"]
    ]


def _questions(lines: Mapping[str, Any], arrival: Mapping[str, Any]) -> list[dict[str, Any]]:
    line = lines.get(arrival["line"])
    return list(line["inspectionForm"]) if line else []


def _stands(
    found: Mapping[str, Any], looked_at: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Returns the present outcomes of the inspected lines, until the policy decides anew."""
    of = {each["line"] for each in looked_at}
    return [
        {"sku": line["sku"], "quantity": line["quantity"], **(line["outcome"] or {})}
        for line in found["lines"]
        if line["id"] in of
    ]


def _to_confirm(
    found: Mapping[str, Any], looked_at: Sequence[Mapping[str, Any]]
) -> tuple[object, ...]:
    """Returns what an inspection is confirmed for, and the arrivals of its lines as they are."""
    of = {each["line"] for each in looked_at}
    arrivals = [each for each in found["arrivals"] if each["line"] in of]
    return looked_at, _stands(found, looked_at), arrivals


def _looked_at(arrivals: Sequence[Mapping[str, Any]], form: FormData) -> list[dict[str, Any]]:
    found = []
    for each in arrivals:
        # named by id: the form has fields of the units alone that waited when it was made
        prefix = f"{each['id']}-"
        units = doing.count(form, f"{prefix}units", each["sku"])
        disposition = doing.text(form, f"{prefix}disposition")
        if units == 0 or disposition not in DISPOSITIONS:
            continue
        said = facts.said(facts.read(each["form"], form, prefix))
        found.append(
            {
                "arrival": each["id"],
                "line": each["line"],
                "units": units,
                "disposition": disposition,
                "found": said,
            }
        )
    if not found:
        raise doing.Refused("Enter the number of units inspected and choose their disposition.")
    return found


async def _found(request: Request) -> dict[str, Any]:
    number = request.path_params["number"]
    orders = "READ_ORDERS" in (await who(request))["scopes"]
    asked = await ask(request, "ReturnAtTheDock", number=number, orders=orders)
    found: dict[str, Any] | None = asked["found"]
    if found is None:
        raise HTTPException(404)
    return found


def may_receive(request: Request) -> bool:
    """Whether the key may receive goods; other users are told so."""
    return "HANDLE_RETURNS" in request.state.me["scopes"]


def _typed(form: FormData) -> dict[str, str]:
    return {name: doing.text(form, name) for name in form}


async def _page(
    request: Request,
    found: Mapping[str, Any],
    typed: Mapping[str, str],
    wrong: str = "",
    asks: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """`asks` are the findings to confirm."""
    skus = {each["id"]: each["sku"] for each in found["arrivals"]}
    stands = _stands(found, asks)
    return show(
        request,
        "dock/return.html",
        422 if wrong else 200,
        found=found,
        waiting=waiting(found),
        places=await places(request) if may_receive(request) else [],
        dispositions=DISPOSITIONS,
        typed={"key": doing.new_key(), **typed} if asks else {**typed, "key": doing.new_key()},
        wrong=wrong,
        asks=[{**each, "sku": skus[each["arrival"]]} for each in asks],
        stands=stands,
        counts=doing.shown(*_counts(found)),
        seal=doing.shown(*_to_confirm(found, asks)) if asks else "",
    )


ROUTES: Final = (Route("/dock", dock, name="dock"),)
RETURN_ROUTES: Final = (
    Route("/dock/{number}", one, name="dock_return"),
    Route("/dock/{number}/receive", receive, methods=["POST"], name="dock_receive"),
    Route("/dock/{number}/inspect", inspect, methods=["POST"], name="dock_inspect"),
)
