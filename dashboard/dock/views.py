"""Finds returns of arrived goods, and counts the goods; `inspecting` records what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import takewhile
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import doing, flash
from dashboard.asking import ask, who
from dashboard.forms import form_of
from dashboard.paths import here
from dashboard.places import places
from dashboard.returns.moving.steps import told
from dashboard.view import link, show

MOST_CONDITIONS: Final = 20
"""Conditions of the units of one arrival that a form has fields for."""
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
    found = await found_at(request)
    return await page(request, found, {})


async def receive(request: Request) -> Response:
    """Counts arrived units of a return."""
    found, form = await found_at(request), await form_of(request)
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
        return await page(request, found, typed(form), str(refused))
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


def waiting(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns arrivals with uninspected units, each with the questions of its line."""
    return [each for each in arrivals(found) if each["rest"] and not each["undone"]]


def arrivals(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns all arrivals, each with its uninspected units and the questions of its line."""
    lines = {line["id"]: line for line in found["lines"]}
    return [
        {**each, "rest": each["units"] - each["inspected"], "form": _questions(lines, each)}
        for each in found["arrivals"]
    ]


def _questions(lines: Mapping[str, Any], arrival: Mapping[str, Any]) -> list[dict[str, Any]]:
    line = lines.get(arrival["line"])
    return list(line["inspectionForm"]) if line else []


def prefixes(form: Mapping[str, Any], arrival: str) -> list[str]:
    """Returns how the fields of an arrival begin: once for each condition of its units.

    They are named by id: a form has fields of the units alone that waited when it was made.
    """
    more = (f"{arrival}-{part}-" for part in range(2, MOST_CONDITIONS + 1))
    return [f"{arrival}-", *takewhile(lambda each: f"{each}units" in form, more)]


async def found_at(request: Request) -> dict[str, Any]:
    """Returns the return that the path names; 404 for another's."""
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


def typed(form: FormData) -> dict[str, str]:
    """Returns what was typed; a form that is shown again gets a new key."""
    return {name: doing.text(form, name) for name in form if name != "key"}


async def page(
    request: Request,
    found: Mapping[str, Any],
    filled: Mapping[str, str],
    wrong: str = "",
    asks: tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]] | None = None,
) -> Response:
    """Shows a return at the dock; `asks` are findings to confirm, and what they would do."""
    return show(
        request,
        "dock/return.html",
        422 if wrong else 200,
        found=found,
        waiting=waiting(found),
        prefixes=partial(prefixes, filled),
        places=await places(request) if may_receive(request) else [],
        dispositions=DISPOSITIONS,
        typed={"key": doing.new_key(), **filled},
        wrong=wrong,
        counts=doing.shown(*_counts(found)),
        seen=asks[1] if asks else None,
        seal=doing.shown(*asks) if asks else "",
    )


ROUTES: Final = (Route("/dock", dock, name="dock"),)
RETURN_ROUTES: Final = (
    Route("/dock/{number}", one, name="dock_return"),
    Route("/dock/{number}/receive", receive, methods=["POST"], name="dock_receive"),
)
