"""Advice on a settlement in words, by its state and its trouble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TROUBLES: Final[dict[str, str]] = {
    "OVER_CEILING": "Less is left of what was paid. Credit the rest, or pay it by hand.",
    "DISPUTED": "Wait until the bank has decided: what it takes back must not go back twice.",
    "CHARGE_DISPUTED": "Wait until the bank has decided, then send it once more.",
    "BY_HAND": "Pay it by bank transfer or cheque, then say that it was paid by hand.",
    "OTHER_AMOUNT": "Look at the movement at the gateway, and say what is true.",
    "OTHER_CURRENCY": "Credit it instead, or pay it by hand.",
    "CHARGE_NOT_PAID": "Nothing was ever paid, so nothing has to go back: give it up.",
    "CHARGE_REFUNDED": "It went back already: give it up, or credit what is still owed.",
    "CHARGE_TOO_SMALL": "Credit it instead, or pay it by hand.",
    "OTHER_CUSTOMER": "Set the order's payment right, then send it once more.",
    "OTHER_INVOICE": "Set the order's payment right, then send it once more.",
    "NO_GATEWAY": "Set an account at the gateway, then send it once more.",
    "NO_ANSWER": "Look whether the gateway works, then send it once more.",
    "KEYS_SPENT": "Look for the movement at the gateway. If it is not there, credit it instead.",
    "REFUSED_BY_GATEWAY": "Read what the gateway says. If it does not help, credit it instead.",
}
"""The advice for each trouble."""

STATES: Final[dict[str, str]] = {
    "PLANNED": "Nothing to do: it is sent by itself.",
    "SUBMITTED": "Nothing to do: the gateway works on it.",
    "SUCCEEDED": "Nothing to do: the money has moved.",
    "FAILED": "It will not move any more. Send it anew, credit it instead, or pay it by hand.",
    "NEEDS_ATTENTION": "A person has to decide how it goes on.",
    "CANCELLED": "Nothing to do: it was given up.",
}
"""The advice for each state."""

RESOLUTIONS: Final[dict[str, tuple[str, str, str]]] = {
    "RETRY": (
        "Send it once more",
        "The gateway is asked again for {amount}. Before that its list is looked through, so that "
        "nothing is paid twice.",
        "It is sent once more.",
    ),
    "CREDIT_INSTEAD": (
        "Credit it instead",
        "{amount} are credited to {retailer}, and this settlement is given up.",
        "It is credited instead.",
    ),
    "PAID_BY_HAND": (
        "It was paid by hand",
        "{amount} count as paid to {retailer}. Nothing is sent.",
        "It counts as paid by hand.",
    ),
    "GIVE_UP": (
        "Give it up",
        "{amount} are not paid to {retailer}, who sees your reason.",
        "It was given up.",
    ),
}
"""A person's decisions: button, what will happen, and message afterwards."""

OPEN: Final = ("NEEDS_ATTENTION", "FAILED")


def advice(found: Mapping[str, Any], *, may: bool) -> str:
    """Returns the advice; users who may not act are told who can."""
    if found["state"] not in OPEN:
        return STATES[found["state"]]
    if not may:
        return "Your supplier's people decide how it goes on; you are told here."
    return TROUBLES.get(found["trouble"] or "", STATES[found["state"]])
