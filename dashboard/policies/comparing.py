"""Shows which returns two editions of a policy, or a draft and an edition, decide differently."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.asking import ask
from dashboard.policies import row_wording as saying
from dashboard.policies.opened import Opened, opened
from dashboard.policies.reading import read
from dashboard.policies.views import all_of
from dashboard.view import link, show
from dashboard.writing import values

DRAFT: Final = "draft"
BASE: Final = "base"
"""The value of a select for the draft, and for the base of the other policy."""
_WORDS: Final = ("ANSWER", "CODE", "RETURN_PAID_BY", "REMEDY", "GOODS")
"""Fields whose values are words of the policy language."""


async def page(request: Request) -> Response:
    """Shows every change from one to the other, in plain words, each with a return to try."""
    found = await opened(request)
    about = (await read(request, str(found.draft["yaml"])) if found.draft else None) or {}
    governs = await governing(request, found, about)
    sides = [
        *_sides(found),
        *([(governs["id"], f"{called(governs)}, in force")] if governs else []),
    ]
    after = _chosen(request, [value for value, _ in sides])
    own = request.state.me["partner"]["handle"] == found.name.partition("/")[0]
    if own and await _has_base(request, after, about):
        sides.append((BASE, "its base policy"))
    before = _compared_with(request, found, after, [value for value, _ in sides])
    answer = await _compared(request, found, before, after) if before != after else {}
    return show(
        request,
        "policies/pages/compare.html",
        after=after,
        before=before,
        compared=answer if "fields" in answer else None,
        facts_of=saying.facts_of,
        found=found,
        sides=sides,
        said=said,
        tried=lambda facts: f"{link(request, 'draft', policy=found.name)}?{_facts(facts)}",
        tries=after == DRAFT,
        wrong=answer.get("message", ""),
    )


def _sides(found: Opened) -> Iterator[tuple[str, str]]:
    """Returns the choices for either side: the draft, and every edition, newest first."""
    if found.draft:
        yield DRAFT, f"the draft, saved as version {found.draft['version']}"
    editions = found.policy["editions"] if found.policy else []
    in_force = found.policy and found.policy["inForce"]
    for each in sorted(editions, key=lambda one: -one["version"]):
        now = ", in force" if in_force and in_force["id"] == each["id"] else ""
        yield each["id"], f"version {each['version']}{now}"


def called(edition: Mapping[str, Any]) -> str:
    """Returns the name of an edition that `governing` found."""
    return f"{edition['policy']} version {edition['version']}"


async def governing(
    request: Request, found: Opened, about: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Returns what governs today the orders that a first draft is for, if known."""
    scope = about.get("for")
    named = scope.get("retailer", ()) if isinstance(scope, Mapping) else ()
    retailers = {named} if isinstance(named, str) else {str(each) for each in named}
    owner = found.name.partition("/")[0]
    holding = [
        {**each["inForce"], "policy": each["name"]}
        for each in (await all_of(request, "Policies") if found.draft and not found.policy else ())
        if each["owner"]["handle"] == owner and each["inForce"]
    ]
    fit = [each for each in holding if all(_for(one, retailers) for one in each["scope"])]
    return max(fit, key=lambda each: len(each["scope"]), default=None)


def _for(scope: Mapping[str, Any], retailers: set[str]) -> bool:
    return str(scope["key"]).lower() == "retailer" and bool(retailers & set(scope["words"]))


def _chosen(request: Request, sides: list[str]) -> str:
    """Returns the new side, by the address; by default the newest."""
    after = request.query_params.get("after", "")
    return after if after in sides else sides[0]


async def _has_base(request: Request, side: str, draft: Mapping[str, Any]) -> bool:
    """Whether the text of a side extends another policy; `draft` is the draft's, as read."""
    if side == DRAFT:
        return "extends" in draft
    found = (await ask(request, "EditionPage", edition=side))["found"] or {}
    return "extends" in (await read(request, str(found.get("yaml", ""))) or {})


def _compared_with(request: Request, found: Opened, after: str, sides: list[str]) -> str:
    """Returns the old side, by the address; by default what is in force, or the base."""
    in_force = (found.policy or {}).get("inForce") or {}
    others = [each for each in (in_force.get("id"), *sides) if each and each != after]
    before = request.query_params.get("before", "")
    return before if before in sides else [*others, after][0]


async def _compared(request: Request, found: Opened, before: str, after: str) -> dict[str, Any]:
    def source(side: str) -> dict[str, str]:
        return {"draft": found.name} if side == DRAFT else {"edition": side}

    asked = {"after": source(after), "before": None if before == BASE else source(before)}
    answer: dict[str, Any] = (await ask(request, "ComparedPolicies", compare=asked))["compared"]
    return answer


def said(field: str, value: str) -> str:
    """Returns a value of a field for people; words of the language as plain words."""
    return values.words(value) if field in _WORDS and value != "none" else value


def _facts(facts: Mapping[str, Any]) -> str:
    return urlencode({"facts": json.dumps(facts)})


ROUTES: Final = (Route("/policies/compare/{policy:text}", page, name="compare_policy"),)
