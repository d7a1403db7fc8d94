"""Opens a return of an order: first shows what the policy decides, then requests the return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, facts, flash
from dashboard.asking import ask
from dashboard.forms import form_of
from dashboard.orders.views import left_of, order_in
from dashboard.view import link, show
from dashboard.writing.words import TAGS

ASKED: Final = ("reason", "condition", "packaging")
"""Facts asked for every line; others only if the policy needs them."""
MOST_LOOKED_INTO: Final = 5
"""Maximum lines for which the page searches what would be accepted, within the key's allowance."""

AGAIN: Final = "The form or its result has changed since it was shown. Review it, then request."
_NOTHING: Final = "Enter the number of units to return for at least one line."


async def asked(request: Request) -> Response:
    """Shows the form, and the policy's decision for the lines named in its address."""
    data = await ask(request, "OrderToReturn", order=request.path_params["order"])
    typed = FormData(list(request.query_params.multi_items()))
    try:
        wanted = wanted_of(order_in(data), data["facts"], typed)
    except doing.Refused as refused:
        return await _page(request, data, typed, wrong=str(refused))
    if not wanted and "key" in typed:  # the form was submitted
        return await _page(request, data, typed, wrong=_NOTHING)
    return await _page(request, data, typed, wanted)


async def request_it(request: Request) -> Response:
    """Requests the return of the form, or shows the decision for what is typed now.

    The consumer's personal data is put into no address, so that no log and no browser history has
    it.
    """
    data = await ask(request, "OrderToReturn", order=request.path_params["order"])
    found, form = order_in(data), await form_of(request)
    try:
        wanted = wanted_of(found, data["facts"], form)
        if not wanted:
            raise doing.Refused(_NOTHING)
        if doing.text(form, "look"):
            return await _page(request, data, form, wanted)
        consumer = consumer_of(form)
        answers = await _answers(request, found, wanted)
        if not await doing.was_shown(request, form, *_terms(wanted, answers)):
            return await _page(request, data, form, wanted, AGAIN)
        done = await doing.do(
            request,
            "RequestReturn",
            lines=list(wanted.values()),
            reference=doing.text(form, "reference"),
            **consumer,
            idempotencyKey=doing.text(form, "key"),
            **_unchanged(wanted, answers),
        )
    except doing.Refused as refused:
        return await _page(request, data, form, wrong=str(refused))
    made = done["returns"][0]
    words, _ = TAGS["ReturnState"][made["state"]]
    said = f"Return {made['number']} created: {words.lower()}."
    return flash.said_at(link(request, "return", number=made["number"]), request, said)


def wanted_of(
    found: Mapping[str, Any], known: Sequence[Mapping[str, Any]], form: FormData | QueryParams
) -> dict[str, dict[str, Any]]:
    """Returns what is requested for each line, by line number; raises `Refused`."""
    said = form if isinstance(form, FormData) else FormData(list(form.multi_items()))
    wanted = {}
    for place, line in enumerate(found["lines"], 1):
        units = doing.count(said, f"units-{place}", line["sku"])
        if units:
            values = facts.read(known, said, f"line-{place}-")
            wanted[line["number"]] = _line(line, units, values)
    return wanted


def consumer_of(form: FormData) -> dict[str, dict[str, str]]:
    """Returns the consumer that a retailer names; raises `Refused` for an invalid
    e-mail address.
    """
    said = {name: doing.text(form, f"consumer-{name}") for name in ("name", "email")}
    if said["email"] and not said["name"]:
        raise doing.Refused("Enter the consumer's name along with the e-mail address.")
    return {"consumer": said} if said["name"] else {}


def _line(line: Mapping[str, Any], units: int, values: dict[str, Any]) -> dict[str, Any]:
    own: dict[str, Any] = {name: values.pop(name) for name in ASKED if name in values}
    return {"orderLine": line["id"], "quantity": units, **own, "facts": facts.said(values)}


async def _answers(
    request: Request, found: Mapping[str, Any], wanted: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Returns the policy's answers by line number, for lines that may come back at all."""
    lines = {
        line["number"]: wanted.get(line["number"], {"orderLine": line["id"], "quantity": 1})
        for line in found["lines"]
        if left_of(line) > 0
    }
    if not lines or "ASK" not in request.state.me["scopes"]:
        return {}
    near = len(wanted) > 0 and len(lines) <= MOST_LOOKED_INTO
    data = await ask(request, "Eligibility", lines=list(lines.values()), near=near)
    return dict(zip(lines, data["eligibility"], strict=True))


async def _page(
    request: Request,
    data: Mapping[str, Any],
    typed: FormData,
    wanted: Mapping[str, dict[str, Any]] | None = None,
    wrong: str = "",
) -> Response:
    """Shows the form; with an invalid field, the policy is not asked."""
    found, known = order_in(data), {each["name"]: each for each in data["facts"]}
    answers = {} if wrong and not wanted else await _answers(request, found, wanted or {})
    side = request.state.me["partner"]["kind"]
    lines = [
        {
            **line,
            "left": left_of(line),
            "answer": answers.get(line["number"]),
            "asked": line["number"] in (wanted or {}),
            **_split(_fields(known, answers.get(line["number"]), place, typed), line, side),
        }
        for place, line in enumerate(found["lines"], 1)
    ]
    return show(
        request,
        "orders/open.html",
        422 if wrong else 200,
        found=found,
        lines=lines,
        typed=typed,
        wanted=wanted or {},
        names=side == "RETAILER" and bool(wanted or "consumer-name" in typed),
        key=doing.new_key() if wrong else doing.key_of(typed),
        wrong=wrong,
        seal=doing.shown(*_terms(wanted, answers)) if wanted else "",
    )


def _terms(
    wanted: Mapping[str, dict[str, Any]], answers: Mapping[str, Mapping[str, Any]]
) -> tuple[object, object]:
    """What is asked for, and on which terms, as they are shown."""
    return wanted, {number: answers.get(number) for number in wanted}


def _unchanged(
    wanted: Mapping[str, object], answers: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[str]]:
    """Returns the input by which a return is opened on these terms only.

    Without it for keys that may not ask, and for lines with a problem, which is told of instead.
    """
    found = [answers.get(number, {}).get("version") for number in wanted]
    return {"ifUnchanged": [str(each) for each in found]} if all(found) else {}


def _split(
    asked: Sequence[Mapping[str, Any]], line: Mapping[str, Any], side: str
) -> dict[str, Any]:
    """Returns fields for facts that this side may state, and sentences for the others."""
    own = [each for each in asked if facts.may_say(each, side, "REQUEST", opens=True)]
    rest = [each for each in asked if each not in own]
    return {"fields": own, **facts.left_to_others(rest, line["sku"])}


def _fields(
    known: Mapping[str, Any], answer: Mapping[str, Any] | None, place: int, typed: FormData
) -> list[dict[str, Any]]:
    """Returns the questions for a line: the fixed ones, then facts missing or stated already."""
    missing = [each["fact"] for each in answer["missingFacts"]] if answer else []
    prefix = f"line-{place}-"
    before = [name.removeprefix(prefix) for name in typed if name.startswith(prefix)]
    names = dict.fromkeys([*ASKED, *missing, *before])
    made = [dict(known[name]) for name in names if name in known]
    reasons = [each["reason"] for each in answer["termsByReason"]] if answer else []
    for each in made:
        if each["name"] == "reason" and reasons:
            each["words"] = reasons
    return made


ROUTES: Final = (
    Route("/orders/{order}/return", asked, name="order_return"),
    Route("/orders/{order}/return", request_it, methods=["POST"]),
)
