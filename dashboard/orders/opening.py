"""Opens a return of an order: what the policy says of it first, and then the request."""

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
"""What is asked of every line; the rest only where the policy needs it."""
MOST_LOOKED_INTO: Final = 5
"""Lines of an order up to which it is looked for what would be accepted, as far as that is paid."""

AGAIN: Final = "See what holds of it first: something else was typed than what was shown."
_NOTHING: Final = "Type how many units come back of at least one line."


async def asked(request: Request) -> Response:
    """The form, and for the lines that its address names what the policy says of them."""
    data = await ask(request, "OrderToReturn", order=request.path_params["order"])
    typed = FormData(list(request.query_params.multi_items()))
    try:
        wanted = wanted_of(order_in(data), data["facts"], typed)
    except doing.Refused as refused:
        return await _page(request, data, typed, wrong=str(refused))
    if not wanted and "key" in typed:  # the form was sent
        return await _page(request, data, typed, wrong=_NOTHING)
    return await _page(request, data, typed, wanted)


async def request_it(request: Request) -> Response:
    """Requests the return of what the form names, or shows what holds of what is typed now.

    Who a consumer is goes into no address, so that no log and no history of a browser has it.
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
        if not doing.was_shown(form, wanted):
            return await _page(request, data, form, wanted, AGAIN)
        done = await doing.do(
            request,
            "RequestReturn",
            lines=list(wanted.values()),
            reference=doing.text(form, "reference"),
            **consumer,
            idempotencyKey=doing.text(form, "key"),
        )
    except doing.Refused as refused:
        return await _page(request, data, form, wrong=str(refused))
    made = done["returns"][0]
    words, _ = TAGS["ReturnState"][made["state"]]
    said = f"Return {made['number']} is there: {words.lower()}."
    return flash.said_at(link(request, "return", number=made["number"]), request, said)


def wanted_of(
    found: Mapping[str, Any], known: Sequence[Mapping[str, Any]], form: FormData | QueryParams
) -> dict[str, dict[str, Any]]:
    """By the number of a line what is asked for of it; raises `Refused`."""
    said = form if isinstance(form, FormData) else FormData(list(form.multi_items()))
    wanted = {}
    for place, line in enumerate(found["lines"], 1):
        units = doing.count(said, f"units-{place}", line["sku"])
        if units:
            values = facts.read(known, said, f"line-{place}-")
            wanted[line["number"]] = _line(line, units, values)
    return wanted


def consumer_of(form: FormData) -> dict[str, dict[str, str]]:
    """Who gives it back, where a retailer says so; raises `Refused` for an address of nobody."""
    said = {name: doing.text(form, f"consumer-{name}") for name in ("name", "email")}
    if said["email"] and not said["name"]:
        raise doing.Refused("Say the name of the consumer whose e-mail address it is.")
    return {"consumer": said} if said["name"] else {}


def _line(line: Mapping[str, Any], units: int, values: dict[str, Any]) -> dict[str, Any]:
    own: dict[str, Any] = {name: values.pop(name) for name in ASKED if name in values}
    return {"orderLine": line["id"], "quantity": units, **own, "facts": facts.said(values)}


async def _answers(
    request: Request, found: Mapping[str, Any], wanted: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """By the number of a line what the policy says; of lines that may come back at all."""
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
    """Of what is wrong in itself the policy is not asked: nothing is wanted then."""
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
        seal=doing.shown(wanted) if wanted else "",
    )


def _split(
    asked: Sequence[Mapping[str, Any]], line: Mapping[str, Any], side: str
) -> dict[str, Any]:
    """Fields for what this side may say, and words for what it may not."""
    own = [each for each in asked if facts.may_say(each, side, "REQUEST", opens=True)]
    rest = [each for each in asked if each not in own]
    return {"fields": own, **facts.left_to_others(rest, line["sku"])}


def _fields(
    known: Mapping[str, Any], answer: Mapping[str, Any] | None, place: int, typed: FormData
) -> list[dict[str, Any]]:
    """What is asked of a line: always the same, then what is missing or was said already."""
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
