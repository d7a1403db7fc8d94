"""Says what a return in review was waiting for; the policy decides anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, facts, flash
from dashboard.asking import ask
from dashboard.returns.moving.steps import told
from dashboard.view import link, show

_UNKNOWN: Final[Mapping[str, Any]] = {
    "type": "TEXT",
    "words": None,
    "question": "",
    "until": "RECEIPT",
}
"""A policy's own fact, which no register describes."""


async def asked(request: Request) -> Response:
    """What is missing, line by line."""
    found = await _found(request)
    return _page(request, found, {})


async def said(request: Request) -> Response:
    """Sends it."""
    found, form = await _found(request), await request.form()
    typed = {name: doing.text(form, name) for name in form}
    try:
        lines = [
            {"line": line["id"], "facts": facts.said(values)}
            for place, line in enumerate(found["lines"], 1)
            if (values := facts.read(line["asked"], form, f"line-{place}-"))
        ]
        if not lines and any(line["asked"] for line in found["lines"]):
            raise doing.Refused("Nothing was said yet.")
        lines = lines or [
            {"line": line["id"], "facts": []} for line in found["lines"] if line["others"]
        ]
        done = await doing.do(
            request,
            "AnswerReturn",
            **{"return": found["id"]},
            lines=lines,
            idempotencyKey=doing.text(form, "key"),
        )
    except doing.Refused as refused:
        return _page(request, found, typed, str(refused))
    return flash.said_at(link(request, "return", number=found["number"]), request, told(done))


async def _found(request: Request) -> dict[str, Any]:
    data = await ask(request, "ReturnToAnswer", number=request.path_params["number"])
    if data["found"] is None:
        raise HTTPException(404)
    known = {each["name"]: each for each in data["facts"]}
    side, at = request.state.me["partner"]["kind"], _moment(data["found"])
    lines = [{**line, **_asked(line, known, side, at)} for line in data["found"]["lines"]]
    return {**data["found"], "lines": lines}


def _moment(found: Mapping[str, Any]) -> str:
    """How far a return in review has come: one that was opened again may have been approved."""
    came = any(line["received"] for line in found["lines"])
    return "RECEIPT" if came or found["expiresOn"] else "REQUEST"


def _asked(line: Mapping[str, Any], known: Mapping[str, Any], side: str, at: str) -> dict[str, Any]:
    """What this side may say of a line, and whose the rest is."""
    decision = line["outcome"]["decision"]
    missing = {each["fact"]: each for each in decision["missingFacts"]} if decision else {}
    wanted = [
        {**_UNKNOWN, **known.get(name, {}), "name": name, "toldBy": each["toldBy"]}
        for name, each in missing.items()
    ]
    own = [each for each in wanted if facts.may_say(each, side, at)]
    rest = [each for each in wanted if each not in own]
    return {"asked": own, **facts.left_to_others(rest, line["sku"])}


def _page(
    request: Request, found: Mapping[str, Any], typed: Mapping[str, str], wrong: str = ""
) -> Response:
    status, typed = 422 if wrong else 200, {**typed, "key": doing.new_key()}
    return show(
        request, "returns/moving/answer.html", status, found=found, typed=typed, wrong=wrong
    )


ROUTES: Final = (
    Route("/returns/{number}/answer", asked, name="return_answer"),
    Route("/returns/{number}/answer", said, methods=["POST"]),
)
