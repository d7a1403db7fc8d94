"""The next actions on a return as buttons, from the API's `nextSteps`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request

from dashboard.returns.moving.steps import STEPS
from dashboard.returns.moving.word import may_decide
from dashboard.view import link, open_link

CHANGE: Final = "Override decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A link, and whether it leads to a confirmation that fits into a dialog."""

    text: str
    to: str
    tone: str = ""
    dialog: bool = False


def buttons(
    request: Request, found: Mapping[str, Any], waits: Sequence[Mapping[str, Any]]
) -> list[Button]:
    """Returns the buttons in the order of their use; the API decides what a key may do.

    `waits` are the lines that wait for facts, as returned by `returns.waiting`.
    """
    scopes, steps = request.state.me["scopes"], found["nextSteps"]
    number = found["number"]
    made = []
    word = open_link(request)("return_word", number=number)
    if word and "JUDGE_RETURNS" in scopes and may_decide(found):
        text = "Approve or decline" if "APPROVE" in steps else CHANGE
        made.append(Button(text=text, to=word))
    if "HANDLE_RETURNS" in scopes and {"RECEIVE", "RECEIVE_PART", "INSPECT"} & set(steps):
        text = "Inspect" if found["state"] == "RECEIVED" else "Receive"
        made.append(Button(text=text, to=link(request, "dock_return", number=number)))
    if "REQUEST_RETURNS" in scopes and waits:
        own = any(line["asked"] for line in waits)
        text = "Provide missing information" if own else "Re-evaluate"
        made.append(Button(text=text, to=link(request, "return_answer", number=number)))
    made += [
        Button(
            text=step.button,
            to=link(request, "return_step", number=number, step=name),
            tone="danger" if step.tone == "danger" else "",
            dialog=True,
        )
        for name, step in STEPS.items()
        if step.taken in steps and _scope_of(name) in scopes
    ]
    if found["heldFor"] == "place":
        return made  # what is waited for comes first, and is no button
    return [_first(each) if place == 0 else each for place, each in enumerate(made)]


def _first(button: Button) -> Button:
    """Returns the main button; never one that ends or changes what stands."""
    quiet = button.tone == "danger" or button.text == CHANGE
    return button if quiet else replace(button, tone="first")


def _scope_of(name: str) -> str:
    return "REQUEST_RETURNS" if name in ("ship", "cancel") else "JUDGE_RETURNS"
