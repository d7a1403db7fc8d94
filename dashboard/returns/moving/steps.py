"""Takes a step of a return: says what will happen, asks for confirmation, and does it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, flash
from dashboard.asking import ask
from dashboard.forms import form_of
from dashboard.view import link, show
from dashboard.writing.words import TAGS

Field = tuple[str, str]
"""The name of an input of the API, and its label."""
_TIMES: Final = "\N{MULTIPLICATION SIGN}"
WHY: Final = ("why", "Reason (visible to both partners)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step: its mutation, question, explanation, and fields.

    `taken` are its names among the API's next steps; none for a step that is always offered.
    """

    operation: str
    button: str
    question: str
    consequence: str
    fields: tuple[Field, ...] = (WHY,)
    about: tuple[str, ...] = ()
    """What its address names, such as the receipt to undo."""
    taken: str = ""
    tone: str = "first"


STEPS: Final[Mapping[str, Step]] = {
    "ship": Step(
        operation="ShipReturn",
        button="Mark as shipped",
        question="Mark this return as shipped?",
        consequence="The return is then in transit, and the dock finds it by its tracking number.",
        fields=(("carrier", "Carrier"), ("tracking", "Tracking number")),
        taken="SHIP",
    ),
    "cancel": Step(
        operation="CancelReturn",
        button="Cancel return",
        question="Cancel this return?",
        consequence="The return ends before the goods are shipped. Its units stay returnable, and "
        "what was paid for them is withdrawn or claimed back.",
        taken="CANCEL",
        tone="danger",
    ),
    "reopen": Step(
        operation="ReopenReturn",
        button="Reopen return",
        question="Reopen this return?",
        consequence="It goes back to review for a person to decide. What was paid stays paid.",
        taken="REOPEN",
    ),
    "close": Step(
        operation="CloseReturn",
        button="Close return",
        question="Close this return?",
        consequence="Nothing more is expected or paid. Settlements already planned go ahead.",
        taken="CLOSE",
        tone="danger",
    ),
    "undo-receipt": Step(
        operation="UndoReceipt",
        button="Undo receipt",
        question="Undo this receipt?",
        consequence="The units count as not received, here and in the stock. Any payment for them "
        "that is no longer due is withdrawn or claimed back.",
        about=("receipt",),
        tone="danger",
    ),
    "undo-inspection": Step(
        operation="UndoInspection",
        button="Undo inspection",
        question="Undo this inspection?",
        consequence="The units await inspection again and leave the stock they were put into. Any "
        "payment for them that is no longer due is withdrawn or claimed back.",
        about=("inspection",),
        tone="danger",
    ),
}


async def asked(request: Request) -> Response:
    """Asks for confirmation before a step."""
    step, found = await _of(request)
    about = {name: request.query_params.get(name, "") for name in step.about}
    return _page(request, (step, found), about)


async def taken(request: Request) -> Response:
    """Takes the step; after a refusal, shows the form as filled in."""
    step, found = await _of(request)
    form = await form_of(request)
    try:
        await doing.check_shown(request, form, *_stands(found))
        done = await doing.do(request, step.operation, **_input(step, found, form))
    except doing.Refused as refused:
        typed = {name: doing.text(form, name) for name in form}
        return _page(request, (step, found), typed, str(refused))
    return flash.said_at(link(request, "return", number=found["number"]), request, told(done))


def told(done: Mapping[str, Any]) -> str:
    """Returns the state of a return after a step, with the notes on it."""
    words, _ = TAGS["ReturnState"][done["return"]["state"]]
    return " ".join([f"Done. Return status: {words.lower()}.", *done["notes"]])


def counted_with(found: Mapping[str, Any], receipt: str) -> str:
    """Returns all units of one receipt, which is undone as a whole; empty without a receipt."""
    own = [each for each in found["arrivals"] if each["receipt"] == receipt and not each["undone"]]
    return ", ".join(f"{each['units']} {_TIMES} {each['sku']}" for each in own)


def _stands(found: Mapping[str, Any]) -> tuple[object, ...]:
    """How a return stands, on which hangs what a step of it does."""
    return tuple(found[name] for name in ("id", "state", "lines", "arrivals", "inspections"))


async def _of(request: Request) -> tuple[Step, dict[str, Any]]:
    step = STEPS.get(request.path_params["step"])
    number = request.path_params["number"]
    found = (await ask(request, "ReturnToMove", number=number))["found"]
    if step is None or found is None:
        raise HTTPException(404)
    return step, found


def _input(step: Step, found: Mapping[str, Any], form: FormData) -> dict[str, Any]:
    typed = {name: doing.text(form, name) for name, _ in step.fields}
    about = {name: doing.text(form, name) for name in step.about}
    key = doing.text(form, "key") or doing.new_key()
    return {
        "return": found["id"],
        "idempotencyKey": key,
        **typed,
        **about,
        **doing.unchanged(found),
    }


def _page(
    request: Request,
    what: tuple[Step, dict[str, Any]],
    typed: Mapping[str, str],
    wrong: str = "",
) -> Response:
    step, found = what
    status = 422 if wrong else 200
    name = request.path_params["step"]
    return show(
        request,
        "returns/moving/step.html",
        status,
        step=step,
        name=name,
        found=found,
        units=counted_with(found, typed.get("receipt", "")),
        possible=not step.taken or step.taken in found["nextSteps"],
        typed={**typed, "key": doing.new_key()},
        wrong=wrong,
        seal=doing.shown(*_stands(found)),
    )


ROUTES: Final = (
    Route("/returns/{number}/steps/{step}", asked, name="return_step"),
    Route("/returns/{number}/steps/{step}", taken, methods=["POST"]),
)
