"""A person's decision on a return: shows what it would pay before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, flash
from dashboard.asking import ask
from dashboard.forms import form_of
from dashboard.places import places
from dashboard.returns.moving.steps import told
from dashboard.view import link, show

REMEDIES: Final = (
    *("REFUND", "ORIGINAL_PAYMENT_REFUND", "ACCOUNT_CREDIT", "CREDIT_MEMO", "STORE_CREDIT"),
    *("PARTIAL_REFUND", "ALLOWANCE", "REPLACEMENT", "EXCHANGE", "REPAIR", "NOTHING"),
)
"""Remedies that a person may choose; only a policy gives others."""
AT_RECEIPT: Final = ("PARTLY_RECEIVED", "RECEIVED", "INSPECTED")
"""States in which what came is judged as it was found, and not line by line."""
AGAIN: Final = "The result or your decision has changed since the preview. Review it, then confirm."
WORDS: Final = ("accept", "decline")
LABELS: Final = {
    "“remedy”": "“Remedy”",
    "“amount”": "“Amount before tax”",
    "“location”": "“Return location”",
}
"""Labels of the fields whose absence the API reports by name."""


async def asked(request: Request) -> Response:
    """Shows the form: the present outcomes, and the possible decisions."""
    found = await _found(request)
    return await _page(request, found, {})


async def said(request: Request) -> Response:
    """Shows what the decision would pay; with `sure`, makes it if nothing changed since it was
    shown.
    """
    found, form = await _found(request), await form_of(request)
    typed = {name: doing.text(form, name) for name in form}
    key = doing.key_of_values(request, form)
    if typed.get("sure") and await doing.was_done(request, key):
        at = link(request, "return", number=found["number"])
        return flash.said_at(at, request, "This decision was already recorded.")
    try:
        verdicts = _verdicts(judged(found), form)
        about = {"return": found["id"], "lines": verdicts}
        seen = await _foretold(request, about)
        sealed = {**seen, "seal": doing.shown(verdicts, seen)}
        if not typed.get("sure"):
            return await _page(request, found, typed, seen=sealed)
        if not doing.is_shown(form, verdicts, seen):
            return await _page(request, found, typed, AGAIN, sealed)
        operation = "OverrideReturn" if seen["overrides"] else "DecideReturn"
        why = {"why": doing.text(form, "why"), "idempotencyKey": key, **doing.unchanged(seen)}
        done = await doing.do(request, operation, **about, **why)
    except doing.Refused as refused:
        return await _page(request, found, typed, wrong=_labelled(str(refused)))
    return flash.said_at(link(request, "return", number=found["number"]), request, told(done))


async def _foretold(request: Request, about: Mapping[str, Any]) -> dict[str, Any]:
    return await doing.do(request, "VerdictPreview", **about)


async def _found(request: Request) -> dict[str, Any]:
    number = request.path_params["number"]
    found: dict[str, Any] | None = (await ask(request, "ReturnToDecide", number=number))["found"]
    if found is None:
        raise HTTPException(404)
    return found


def judged(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns what a decision can be about: the lines, or the inspections once goods came."""
    lines = {line["id"]: line for line in found["lines"]}
    if found["state"] not in AT_RECEIPT:
        return [{**line, "units": line["quantity"], "what": line["sku"]} for line in lines.values()]
    return [
        {**lines[each["line"]], **each, "what": f"{lines[each['line']]['sku']}, inspected"}
        for each in found["inspections"]
        if each["line"] in lines and each["outcome"] and not each["undone"]
        if not each["settledBefore"]
    ]


def may_decide(found: Mapping[str, Any]) -> bool:
    """Whether lines wait for a decision, or inspected units can be decided."""
    if "APPROVE" in found["nextSteps"]:
        return True
    return found["state"] in AT_RECEIPT and bool(judged(found))


def _verdicts(units: Sequence[Mapping[str, Any]], form: FormData) -> list[dict[str, Any]]:
    """Returns a decision for each line that has one in the form; raises `Refused` if none has."""
    found = []
    for place, each in enumerate(units, 1):
        word = doing.text(form, f"word-{place}")
        if word in WORDS:
            found.append(_verdict(each, word == "accept", form, place))
    if not found:
        raise doing.Refused("Choose approve or decline for at least one line.")
    return found


def _verdict(each: Mapping[str, Any], accept: bool, form: FormData, place: int) -> dict[str, Any]:
    price = each["orderLine"]["unitPrice"] if each["orderLine"] else each["owed"]
    given = {
        "remedy": doing.text(form, f"remedy-{place}") or None,
        "amount": doing.minor(doing.text(form, f"amount-{place}"), price["currency"]),
        "location": doing.text(form, f"location-{place}") or None,
    }
    return {"line": each["id"], "accept": accept, **(given if accept else {})}


def _labelled(wrong: str) -> str:
    for name, label in LABELS.items():
        wrong = wrong.replace(name, label)
    return wrong


async def _page(
    request: Request,
    found: Mapping[str, Any],
    typed: Mapping[str, str],
    wrong: str = "",
    seen: Mapping[str, Any] | None = None,
) -> Response:
    return show(
        request,
        "returns/moving/word.html",
        422 if wrong else 200,
        found=found,
        units=judged(found),
        may=may_decide(found) or found["state"] in AT_RECEIPT,
        typed={**typed, "key": doing.new_key()},
        wrong=wrong,
        seen=seen,
        remedies=REMEDIES,
        places=await places(request),
    )


ROUTES: Final = (
    Route("/returns/{number}/word", asked, name="return_word"),
    Route("/returns/{number}/word", said, methods=["POST"]),
)
