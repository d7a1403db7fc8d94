"""Writes policies: a first one from a few answers, and every draft in words and as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import flash
from dashboard.asking import Unanswered, ask
from dashboard.doing import Refused
from dashboard.forms import as_day, form_of, texts, whole
from dashboard.policies import row_wording as saying
from dashboard.policies.changing import pressed, wanted, way_back
from dashboard.policies.controls import about_controls, controls
from dashboard.policies.failing import expected
from dashboard.policies.obstacles import errors, is_ready, obstacle
from dashboard.policies.opened import Opened, digest, misnamed, opened, text_of
from dashboard.policies.reading import read
from dashboard.policies.trying import (
    CHOICES,
    GIVEN,
    Scenario,
    calendar,
    first_day_of,
    refuse,
    scenario,
)
from dashboard.policies.typical import TYPICAL
from dashboard.policies.views import named
from dashboard.view import link, show

RECENT: Final = 10
"""Recently decided lines that are tried beside the tests."""
_NUMBERS: Final = {
    "days": ("days", "Days"),
    "percent": ("percent", "Percent"),
    "fee_percent": ("feePercent", "Fee"),
}
_WORDS: Final = {
    "currency": "currency",
    "first_day": "firstDay",
    "counted_from": "countedFrom",
    "remedy": "remedy",
    "paid_by": "returnPaidBy",
}


async def questions(request: Request) -> Response:
    """Shows the questions for a first policy; for suppliers."""
    await ask(request, "Frame")
    said = {"first_day": datetime.now(UTC).date().isoformat()}
    return show(request, "policies/pages/new.html", said=said, wrong="")


async def start(request: Request) -> Response:
    """Writes a first policy from the answers, and saves it as a draft."""
    said = dict(texts(await form_of(request)))
    me = (await ask(request, "Frame"))["me"]
    policy, taken = f"{me['partner']['handle']}/{said.get('name', '').strip()}", ""
    try:
        answers = _answers(policy, said)
        found = (await ask(request, "StartedDraft", answers=answers))["started"]
        if "yaml" in found and (taken := await _taken(request, policy)):
            found = {"__typename": "", "message": f"{policy} {taken}."}
        elif "yaml" in found:
            draft = {"policy": policy, "yaml": found["yaml"], "expectedVersion": 0}
            found = (await ask(request, "KeepDraft", draft=draft))["saved"]
        if found["__typename"] == "DraftSaved":
            return RedirectResponse(link(request, "draft", policy=policy), 303)
        wrong = found["message"]
    except (Refused, Unanswered) as error:
        wrong = str(error)
    there = policy if taken else ""
    return show(request, "policies/pages/new.html", 422, said=said, wrong=wrong, there=there)


async def _taken(request: Request, policy: str) -> str:
    """Says what already has the name of a new policy; empty if nothing has."""
    if await named(request, policy):
        return "is already published"
    return "already has a draft" if (await ask(request, "Draft", policy=policy))["draft"] else ""


def _answers(policy: str, said: dict[str, str]) -> dict[str, Any]:
    if not as_day(said.get("first_day")):
        raise Refused("Enter the date from which the policy is effective.")
    return {
        "policy": policy,
        **{name: said.get(key, "").upper() for key, name in _WORDS.items()},
        **{name: whole(said.get(key, ""), label) for key, (name, label) in _NUMBERS.items()},
        "originalPackaging": said.get("packaging") == "yes",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text to show: what of it is saved, and which changes failed.

    `kept` is the digest of the text on the server, `changed` whether the text differs from the one
    that was sent, `theirs` what somebody else has saved meanwhile.
    """

    text: str
    version: int
    kept: str
    changed: bool = False
    wrong: tuple[str, ...] = ()
    theirs: dict[str, Any] | None = None
    gone: bool = False


async def page(request: Request) -> Response:
    """Shows the draft, or a new draft on top of the newest edition."""
    found = await opened(request)
    if not found.may_look:
        return show(request, "policies/pages/others.html", name=found.name)
    text = await text_of(request, found)
    version = found.draft["version"] if found.draft else 0
    said = {GIVEN: request.query_params.get(GIVEN, "")}
    written = Written(text=text, version=version, kept=digest(text))
    return await _shown(request, found, written, said)


async def write(request: Request) -> Response:
    """Changes, saves and shows the draft; with JavaScript only its parts are replaced."""
    form = texts(await form_of(request))
    found, said = await opened(request), dict(form)
    if not found.may_look:
        return show(request, "policies/pages/others.html", 403, name=found.name)
    do, _, rest = pressed(said).partition(":")
    if do == "theirs":
        return RedirectResponse(link(request, "draft", policy=found.name), 303)
    version = whole(rest if do == "mine" else said.get("version", "0"), "version")
    refuse(said)
    text, wrong = await wanted(request, form)
    sent = said.get("yaml", "").replace("\r\n", "\n")
    written = Written(
        text=text,
        version=version,
        kept=said.get("kept", ""),
        changed=text != sent,
        wrong=tuple(wrong),
    )
    if found.may_write and digest(text) != written.kept:
        written = await _saved(request, found, written)
    return await _shown(request, found, written, said)


async def _saved(request: Request, found: Opened, written: Written) -> Written:
    draft = {"policy": found.name, "yaml": written.text, "expectedVersion": written.version}
    answer = (await ask(request, "KeepDraft", draft=draft))["saved"]
    common: dict[str, Any] = {"text": written.text, "changed": written.changed}
    if "draft" in answer:
        version = answer["draft"]["version"]
        return Written(**common, version=version, kept=digest(written.text), wrong=written.wrong)
    conflict = answer["__typename"] == "DraftConflict"
    wrong = written.wrong if conflict else (*written.wrong, answer["message"])
    theirs = answer.get("theirs")
    return Written(
        **common,
        version=written.version,
        kept=written.kept,
        wrong=wrong,
        theirs=theirs,
        gone=conflict and theirs is None,
    )


async def _shown(
    request: Request, found: Opened, written: Written, said: dict[str, str]
) -> Response:
    about = await read(request, written.text) or {}
    tried = scenario(said, about)
    answer = await looked(request, written.text, tried)
    readable = answer["checked"].get("readable", True)
    scenarios, first = answer["tried"].get("scenarios", []), first_day_of(about)
    mine = scenarios[0] if scenarios else None
    retailers = tuple(
        (each["retailer"]["handle"], each["retailer"]["name"])
        for each in answer["me"]["partnerships"]
    )
    return show(
        request,
        "policies/pages/draft.html",
        about=about_controls(about, retailers),
        against=answer["tried"].get("against"),
        back="" if readable else await way_back(request, found, said.get("back", ""), written.text),
        calendar=_calendar(tried, mine),
        changed=[each for each in scenarios[1:] if each["changed"]],
        checked=answer["checked"],
        choices=CHOICES,
        controls=lambda at: controls(about, at),
        digest=digest(written.text),
        expected=expected,
        facts_of=saying.facts_of,
        first_day=first,
        found=found,
        mine=mine,
        errors=errors(answer["checked"]),
        misnamed=misnamed(about, found.name),
        obstacle=await obstacle(request, found, written.text, first)
        if written.version and is_ready(answer["checked"], about, found.name)
        else "",
        retailers=retailers,
        say=saying.sentence,
        scenarios=scenarios[1:],
        tried=tried,
        typical=[(name, label) for name, (label, _) in TYPICAL.items()],
        written=written,
    )


async def looked(request: Request, text: str, tried: Scenario) -> dict[str, Any]:
    """Returns the results of the check, and of scenarios: the tried one, the tests,
    recent lines.
    """
    sent = [dict(tried.facts)]
    said = {"yaml": text, "scenarios": sent, "tests": True, "recent": RECENT}
    return await ask(request, "CheckedDraft", check={"yaml": text}, **{"try": said})


def _calendar(tried: Scenario, mine: dict[str, Any] | None) -> Any:
    if mine is None:
        return []
    before = mine["before"]["lastDay"] if mine["before"] else ""
    return calendar(tried, mine["now"]["lastDay"], before)


async def discard_page(request: Request) -> Response:
    """Asks for confirmation before a draft is discarded."""
    return show(request, "policies/pages/discard.html", found=await opened(request))


async def discard(request: Request) -> Response:
    """Discards the draft, unless somebody saved it since."""
    found, form = await opened(request), dict(texts(await form_of(request)))
    version = whole(form.get("version", ""), "version")
    said = {"policy": found.name, "expectedVersion": version}
    answer = (await ask(request, "ForgetDraft", draft=said))["done"]
    if "message" in answer:
        back = link(request, "draft", policy=found.name)
        return flash.said_at(back, request, answer["message"], "bad")
    return flash.said_at(link(request, "policies"), request, "Draft discarded.")


ROUTES: Final = (
    Route("/policies/new", questions, name="new_policy"),
    Route("/policies/new", start, methods=["POST"]),
    Route("/policies/draft/{policy:text}", page, name="draft"),
    Route("/policies/draft/{policy:text}", write, methods=["POST"]),
    Route("/policies/discard/{policy:text}", discard_page, name="discard_draft"),
    Route("/policies/discard/{policy:text}", discard, methods=["POST"]),
)
