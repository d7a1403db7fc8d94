"""Shows the decisions of a hypothetical line side by side: now, on a past day, and by a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing
from dashboard.asking import ask
from dashboard.facts import Definition, left_to_others, may_say, said
from dashboard.view import show
from dashboard.what_if.supposing import DAYS, PLAIN, SPAN, Supposed, supposed

Side = dict[str, Any]
"""A decision with its title, or an error."""


async def what_if(request: Request) -> Response:
    """Shows the sliders, and the decisions for their values."""
    data = await ask(request, "LineToSuppose", line=request.path_params["line"])
    if not data["found"]:
        raise HTTPException(404)
    typed = FormData(list(request.query_params.multi_items()))
    scopes, wrong = data["me"]["scopes"], ""
    may, sides = "PREVIEW_POLICIES" in scopes, list[Side]()
    drafts = (await ask(request, "DraftsToTry"))["drafts"] if may else []
    case = supposed(data["found"], [], FormData(), datetime.now(UTC).date())
    known, missing = {each["name"]: each for each in data["facts"]}, dict[str, Definition]()
    try:
        more = True
        while more:
            case = supposed(data["found"], [*known.values()], typed, case.today)
            if may:
                sides = await _sides(request, data, case, _chosen(drafts, typed))
            elif "ASK" in scopes:
                sides = [await _asked(request, data["found"], case)]
            found = _missing(sides)
            more = any(f"fact-{name}" in typed for name in found.keys() - known.keys())
            known, missing = known | found, missing | found
    except doing.Refused as refused:
        wrong = str(refused)
    return show(
        request,
        "what_if/page.html",
        line=data["found"],
        case=case,
        **_split(request, data, [known[name] for name in _names(missing, typed, known)]),
        typed=typed,
        sides=sides,
        drafts=drafts,
        may=may,
        asks="ASK" in scopes,
        wrong=wrong,
        span=SPAN,
    )


def _missing(sides: Sequence[Side]) -> dict[str, Definition]:
    """Returns the facts that decisions lack, as defined by their policies, without dates, which
    have fields of their own.

    So facts of a policy's own are known, which are in no register.
    """
    decisions = [each["decision"] for each in sides if each["decision"]]
    lacked = [one["definition"] for each in decisions for one in each["missingFacts"]]
    return {each["name"]: each for each in lacked if each["name"] not in DAYS}


def _names(
    missing: Iterable[str], typed: FormData, known: Mapping[str, Definition]
) -> Iterator[str]:
    """Returns the facts with fields: those of every line, then those missing or stated already."""
    before = [name.removeprefix("fact-") for name in typed if name.startswith("fact-")]
    return (name for name in dict.fromkeys((*PLAIN, *missing, *before)) if name in known)


def _split(
    request: Request, data: Mapping[str, Any], fields: Sequence[Definition]
) -> dict[str, Any]:
    """Returns fields for facts to suppose; a key that may not try policies sees those
    of a return.
    """
    me = request.state.me
    may, side = "PREVIEW_POLICIES" in me["scopes"], me["partner"]["kind"]
    own = [each for each in fields if may or may_say(each, side, "REQUEST", opens=True)]
    rest = [each for each in fields if each not in own]
    return {"fields": own, "rest": left_to_others(rest, data["found"]["sku"])}


async def _asked(request: Request, line: Mapping[str, Any], case: Supposed) -> Side:
    """Returns the decision in force today with other facts, for a key that may not try policies."""
    rest = {name: value for name, value in case.said.items() if name not in PLAIN}
    more = {**_said(case), "facts": said(rest)}
    asked = {"orderLine": line["id"], "quantity": case.quantity, **more}
    (found,) = (await ask(request, "Eligibility", lines=[asked], near=True))["eligibility"]
    if found["problem"]:
        return _trouble("In force", found["problem"]["message"])
    return {"title": "In force", "edition": None, "decision": found, "trouble": ""}


def _chosen(drafts: Sequence[Mapping[str, Any]], typed: FormData) -> Mapping[str, Any] | None:
    """Returns the draft that the address names by its policy."""
    named = [each for each in drafts if each["policy"] == doing.text(typed, "draft")]
    return next(iter(named), None)


async def _sides(
    request: Request, data: Mapping[str, Any], case: Supposed, draft: Mapping[str, Any] | None
) -> list[Side]:
    """Returns the decisions, side by side."""
    made = [await _by_policy(request, data, case, None)]
    if draft:
        made.append(await _by_draft(request, data, case, draft))
    if case.past:
        made.append(await _by_policy(request, data, case, case.past))
    return made


async def _by_policy(
    request: Request, data: Mapping[str, Any], case: Supposed, past: date | None
) -> Side:
    """The decision of what was in force, by what is published now or was at the end of a day."""
    title = f"As published by {past:%-d %b %Y}" if past else "In force"
    try:
        governing = await _governing(request, data["found"], case, past)
    except doing.Refused as refused:
        return _trouble(title, str(refused))
    edition = governing["edition"]
    if edition is None:
        return _trouble(title, governing["sentence"])
    said = _said_of(data, case, governing, (edition["policy"], edition["yaml"]))
    return {"title": title, "edition": edition, **await decided(request, said)}


async def _by_draft(
    request: Request, data: Mapping[str, Any], case: Supposed, draft: Mapping[str, Any]
) -> Side:
    """Returns the decision of a draft, as if it governed the line."""
    title = f"Your draft of {draft['policy']}"
    try:
        governing = await _governing(request, data["found"], case, None)
    except doing.Refused as refused:
        return _trouble(title, str(refused))
    said = _said_of(data, case, governing, (draft["policy"], draft["yaml"]))
    return {"title": title, "edition": None, **await decided(request, said)}


def _said_of(
    data: Mapping[str, Any], case: Supposed, governing: Mapping[str, Any], by: tuple[str, str]
) -> dict[str, Any]:
    """Returns a scenario under the text of a named policy."""
    policy, yaml = by
    known = {each["name"]: each["value"] for each in governing["facts"]}
    return {"yaml": yaml, "scenario": case.scenario(known), "agreed": _agreed(data, policy)}


async def decided(request: Request, said: Mapping[str, Any]) -> Side:
    """Returns the decision of a policy text for a scenario, or why there is none."""
    try:
        return {"decision": await doing.do(request, "Supposed", **said), "trouble": ""}
    except doing.Refused as refused:
        return {"decision": None, "trouble": str(refused)}


def _trouble(title: str, text: str) -> Side:
    return {"title": title, "edition": None, "decision": None, "trouble": text}


async def _governing(
    request: Request, line: Mapping[str, Any], case: Supposed, past: date | None
) -> dict[str, Any]:
    """Returns the edition that governs the line on that day, and the record; raises `Refused`."""
    asked = {"orderLine": line["id"], "quantity": 1, **_said(case)}
    known = f"{past.isoformat()}T23:59:59Z" if past else None
    data = await ask(
        request, "Governing", lines=[asked], asOf=case.requested.isoformat(), knownAt=known
    )
    found: dict[str, Any] = data["eligibility"][0]
    if not found["problem"]:
        return found
    before = None if past else await _decided_before(request)
    if before is None:
        raise doing.Refused(found["problem"]["message"])
    return before


async def _decided_before(request: Request) -> dict[str, Any] | None:
    """Returns the last decision of the line, for a line of which all units have come back."""
    data = await ask(request, "DecidedBefore", line=request.path_params["line"])
    return next(iter(data["decisions"]["nodes"]), None)


def _said(case: Supposed) -> dict[str, Any]:
    return {name: case.said[name] for name in PLAIN if name in case.said}


def _agreed(data: Mapping[str, Any], policy: str) -> list[dict[str, Any]]:
    """Returns what was agreed with the partner of the order for a policy."""
    order = data["found"]["order"]
    return [
        {"name": term["name"], "value": term["value"]}
        for each in data["me"]["partnerships"]
        if each["supplier"]["handle"] == order["supplier"]["handle"]
        and each["retailer"]["handle"] == order["retailer"]["handle"]
        for term in each["terms"]
        if term["policy"] == policy
    ]


ROUTES: Final = (Route("/what-if/{line}", what_if, name="what_if"),)
