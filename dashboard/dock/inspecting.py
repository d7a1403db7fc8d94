"""Records inspections and dispositions, after showing what they would decide, pay and restock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, facts, flash
from dashboard.dock.views import DISPOSITIONS, arrivals, found_at, page, prefixes, typed
from dashboard.forms import form_of
from dashboard.paths import here
from dashboard.returns import filing
from dashboard.returns.moving.steps import told

Looked = Sequence[Mapping[str, Any]]
"""Findings, as the API takes them."""


async def inspect(request: Request) -> Response:
    """Shows what an inspection would do, and records it once that was confirmed.

    Stores its photo first.
    """
    found = await found_at(request)
    await form_of(request, files=True)
    async with request.form() as form:
        try:
            return await _inspected(request, found, form)
        except doing.Refused as refused:
            return await page(request, found, typed(form), str(refused))


async def _inspected(request: Request, found: Mapping[str, Any], form: FormData) -> Response:
    key = doing.text(form, "key")
    if getattr(form.get("file"), "filename", ""):
        await filing.send_of(request, found["id"], form.get("file"), f"{key}-photo")
    if more := doing.text(form, "another"):
        return await page(request, found, _with_another(form, more))
    looked = looked_at(arrivals(found), form)
    about = {"return": found["id"], "lines": looked, "idempotencyKey": key}
    if doing.text(form, "seen") and await doing.was_done(request, key):
        done = await doing.do(request, "InspectReturn", **about)  # its answer, once more
        return _told(request, done)
    seen = await _foretold(request, found, form, looked)
    if not doing.is_shown(form, looked, seen):
        wrong = doing.CHANGED if doing.text(form, "seen") else ""
        return await page(request, found, typed(form), wrong, (looked, seen))
    try:
        return _told(
            request, await doing.do(request, "InspectReturn", **about, **doing.unchanged(seen))
        )
    except doing.Refused as refused:
        now = await _foretold(request, found, form, looked)
        return await page(request, found, typed(form), str(refused), (looked, now))


async def _foretold(
    request: Request, found: Mapping[str, Any], form: FormData, looked: Looked
) -> dict[str, Any]:
    """Returns what an inspection would do; raises `Refused`, also for what was possible before."""
    about = {"return": found["id"], "lines": looked}
    money = "READ_MONEY" in request.state.me["scopes"]
    try:
        return await doing.foretell(request, "InspectionPreview", about, money=money)
    except doing.Refused as refused:
        if not doing.text(form, "seen"):
            raise
        raise doing.Refused(f"{doing.CHANGED} {refused}") from None


def _told(request: Request, done: Mapping[str, Any]) -> Response:
    return flash.said_at(here(request).removesuffix("/inspect"), request, told(done))


def _with_another(form: FormData, arrival: str) -> dict[str, str]:
    """Returns what was typed, with fields for one more condition of the units of an arrival."""
    filled = typed(form)
    return {**filled, f"{arrival}-{len(prefixes(filled, arrival)) + 1}-units": ""}


def looked_at(came: Sequence[Mapping[str, Any]], form: FormData) -> list[dict[str, Any]]:
    """Returns the findings of a form, one for each condition; raises `Refused` without any."""
    found = [
        looked
        for each in came
        for prefix in prefixes(form, each["id"])
        if (looked := _looked(each, form, prefix))
    ]
    if not found:
        raise doing.Refused("Enter the number of units inspected and choose their disposition.")
    return found


def _looked(each: Mapping[str, Any], form: FormData, prefix: str) -> dict[str, Any] | None:
    units = doing.count(form, f"{prefix}units", each["sku"])
    disposition = doing.text(form, f"{prefix}disposition")
    if units == 0 or disposition not in DISPOSITIONS:
        return None
    return {
        "arrival": each["id"],
        "line": each["line"],
        "units": units,
        "disposition": disposition,
        "found": facts.said(facts.read(each["form"], form, prefix)),
    }


ROUTES: Final = (Route("/dock/{number}/inspect", inspect, methods=["POST"], name="dock_inspect"),)
