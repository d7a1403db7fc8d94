"""Sends the facts that a return waits for; the policy decides anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, facts, flash
from dashboard.asking import ask
from dashboard.forms import form_of
from dashboard.returns.moving.steps import told
from dashboard.returns.waiting import waiting
from dashboard.view import link, show


async def asked(request: Request) -> Response:
    """Shows what is missing, line by line."""
    found = await found_waiting(request)
    return _page(request, found, {})


async def said(request: Request) -> Response:
    """Sends the facts."""
    found, form = await found_waiting(request), await form_of(request)
    typed = {name: doing.text(form, name) for name in form}
    try:
        await doing.check_shown(request, form, *_stands(found))
        lines = [
            {"line": line["id"], "facts": facts.said(values)}
            for place, line in enumerate(found["lines"], 1)
            if (values := facts.read(line["asked"], form, f"line-{place}-"))
        ]
        if not lines and any(line["asked"] for line in found["lines"]):
            raise doing.Refused("Enter the missing information first.")
        key, only = doing.text(form, "key"), doing.unchanged(found)
        done = await decide_anew(request, found, key, lines, **only)
    except doing.Refused as refused:
        return _page(request, found, typed, str(refused))
    return flash.said_at(link(request, "return", number=found["number"]), request, told(done))


def _stands(found: Mapping[str, Any]) -> tuple[object, ...]:
    """Returns what the page shows of a return, and what its lines wait for."""
    return tuple(found[name] for name in ("id", "state", "lines", "inspections"))


async def decide_anew(
    request: Request, found: Mapping[str, Any], key: str, lines: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """Decides a return by facts stated for its lines, or else by what is known now."""
    lines = lines or [{"line": line["id"], "facts": []} for line in found["lines"]]
    about = {"return": found["id"], "lines": lines, "idempotencyKey": key}
    return await doing.do(request, "AnswerReturn", **about, **more)


async def found_waiting(request: Request) -> dict[str, Any]:
    """Returns the return that the path names, with what its lines wait for; 404 for another's."""
    data = await ask(request, "ReturnToAnswer", number=request.path_params["number"])
    if data["found"] is None:
        raise HTTPException(404)
    side = request.state.me["partner"]["kind"]
    return {**data["found"], "lines": waiting(data["found"], side)}


def _page(
    request: Request, found: Mapping[str, Any], typed: Mapping[str, str], wrong: str = ""
) -> Response:
    status, typed = 422 if wrong else 200, {**typed, "key": doing.new_key()}
    return show(
        request,
        "returns/moving/answer.html",
        status,
        found=found,
        typed=typed,
        wrong=wrong,
        seal=doing.shown(*_stands(found)),
    )


ROUTES: Final = (
    Route("/returns/{number}/answer", asked, name="return_answer"),
    Route("/returns/{number}/answer", said, methods=["POST"]),
)
