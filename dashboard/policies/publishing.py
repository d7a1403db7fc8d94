"""Publishes a draft from a day on, and withdraws an edition; each shows first what it changes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import flash
from dashboard.asking import ask
from dashboard.doing import Refused, text
from dashboard.forms import as_day, day, form_of
from dashboard.places import places
from dashboard.policies.comparing import called, governing
from dashboard.policies.drafting import looked
from dashboard.policies.obstacles import (
    Publication,
    dated,
    errors,
    is_ready,
    obstacle,
    publication,
    why,
)
from dashboard.policies.opened import Opened, misnamed, opened
from dashboard.policies.reading import read
from dashboard.policies.trying import first_day_of, scenario
from dashboard.refilling import again
from dashboard.view import address_of, link, show
from dashboard.writing import values

_ASKS: Final = ("asks_of_goods", "evidence_not_sent", "asks_of_inspection")
"""Codes of the notes on what a return does not send, which a supplier reads before publishing."""


async def publish_page(request: Request) -> Response:
    """Shows what publishing would change, and from which day."""
    found = await opened(request)
    if not found.may_write or not found.draft:
        return show(request, "policies/pages/others.html", name=found.name)
    text = str(found.draft["yaml"])
    chosen = address_of(request).day("from")
    if chosen:
        text = (await dated(request, found, text, chosen))[0] or text
    about = await read(request, text) or {}
    first_day = chosen or first_day_of(about)
    tried = scenario({}, about)
    answer = await looked(request, text, tried)
    checked = answer["checked"]
    scenarios = answer["tried"].get("scenarios", [])[1:]
    return show(
        request,
        "policies/pages/publish.html",
        found=found,
        first_day=first_day,
        errors=errors(checked),
        asks=[each for each in checked.get("findings", []) if each["code"] in _ASKS],
        offered=checked.get("suggestedTests"),
        against=answer["tried"].get("against"),
        scenarios=scenarios,
        changed=[each for each in scenarios if each["changed"]],
        over=await _taken_over(request, found, about),
        overtaken=_overtaken(found, first_day),
        misnamed=misnamed(about, found.name),
        publication=await publication(request, found, text, first_day)
        if is_ready(checked, about, found.name)
        else Publication(),
        whose=_whose(about),
        is_past=first_day < datetime.now(UTC).date().isoformat(),
        placeless="READ_STOCK" in request.state.me["scopes"] and not await places(request),
        key=uuid.uuid4().hex,
    )


async def _taken_over(request: Request, found: Opened, about: Mapping[str, Any]) -> str:
    """Says which edition governs the orders of a first edition until then; empty if none does.

    An edition for the same orders is not replaced: the API refuses a second one.
    """
    before = await governing(request, found, about)
    scope = about.get("for")
    narrower = isinstance(scope, Mapping) and before and len(before["scope"]) < len(scope)
    return called(before) if before and narrower else ""


def _overtaken(found: Opened, first_day: str) -> list[str]:
    """Names the versions, newest first, that are not in force yet and would never be."""
    editions = found.policy["editions"] if found.policy else []
    coming = [
        each["version"]
        for each in editions
        if each["daysInForce"] and each["daysInForce"][0]["fromDay"] >= first_day
    ]
    return [f"version {each}" for each in sorted(coming, reverse=True)]


def _whose(about: Mapping[str, Any]) -> str:
    """Says in words whose orders a text is for."""
    scope = about.get("for")
    said = scope.items() if isinstance(scope, Mapping) else ()
    listed = ((key, [each] if isinstance(each, str) else each) for key, each in said)
    return ", ".join(f"the {key} {' or '.join(map(str, each))}" for key, each in listed)


async def publish(request: Request) -> Response:
    """Publishes the draft as the next version from a day on, and deletes the draft.

    The day has to be the one that the page was shown for, because the page says what changes; and
    agreed terms end only if the page has named them.
    """
    form = await form_of(request)
    found, back = (
        await opened(request),
        link(request, "draft", policy=request.path_params["policy"]),
    )
    if not found.draft:
        raise HTTPException(404)
    if str(form.get("version")) != str(found.draft["version"]):
        said = "Somebody else saved the draft in the meantime. Review it, then publish."
        return flash.said_at(back, request, said, "bad")
    first = text(form, "from")
    yaml, wrong = (
        await dated(request, found, str(found.draft["yaml"]), first)
        if as_day(first)
        else ("", "Enter the effective date.")
    )
    if not wrong and first != text(form, "seen"):
        review = f"Review what it changes from {values.day(first)} on, then publish."
        wrong = await obstacle(request, found, yaml, first) or review
    if not wrong:
        key, ends = text(form, "key"), text(form, "ends") or None
        policy = {"yaml": yaml, "idempotencyKey": key, "endsTerms": ends}
        done = (await ask(request, "PublishDraft", policy=policy))["done"]
        wrong = why(done)
    if wrong:
        return await again(request, f"Not published. {wrong}", back)
    draft = {"policy": found.name, "expectedVersion": found.draft["version"]}
    await ask(request, "ForgetDraft", draft=draft)
    said = f"Version {done['edition']['version']} published, effective from {values.day(first)}."
    return flash.said_at(link(request, "policy", policy=found.name), request, said)


async def withdraw_page(request: Request) -> Response:
    """Asks for confirmation before an edition is withdrawn."""
    found = await _edition(request)
    terms = getattr(request.state, "terms", {})
    return show(
        request,
        "policies/pages/withdraw.html",
        found=found,
        ending=terms.get("lostTerms", ()),
        ends_terms=terms.get("endsTerms"),
        key=uuid.uuid4().hex,
    )


async def _edition(request: Request) -> dict[str, Any]:
    found = await ask(request, "EditionPage", edition=request.path_params["edition"])
    if found["found"] is None or "yaml" not in found["found"]:
        raise HTTPException(404)
    own = found["me"]["partner"]["handle"] == found["found"]["owner"]["handle"]
    may = own and "PUBLISH_POLICIES" in found["me"]["scopes"]
    return {**found["found"], "may": may}


async def withdraw(request: Request) -> Response:
    """Withdraws days from an edition."""
    form, found = await form_of(request), await _edition(request)
    back = link(request, "policy", policy=found["policy"])
    try:
        from_day = text(form, "from")
        said = {
            "edition": found["id"],
            "why": text(form, "why"),
            "fromDay": day(from_day, "from").isoformat() if from_day else None,
            "idempotencyKey": text(form, "key"),
            "endsTerms": text(form, "ends") or None,
        }
    except Refused as error:
        return await again(request, str(error), back)
    done = (await ask(request, "WithdrawEdition", edition=said))["done"]
    if "message" in done:
        request.state.terms = done
        return await again(request, done["message"], back)
    return flash.said_at(back, request, f"Version {found['version']} withdrawn.")


ROUTES: Final = (
    Route("/policies/publish/{policy:text}", publish_page, name="publish"),
    Route("/policies/publish/{policy:text}", publish, methods=["POST"]),
    Route("/policies/withdraw/{edition}", withdraw_page, name="withdraw"),
    Route("/policies/withdraw/{edition}", withdraw, methods=["POST"]),
)
