"""Advice on a settlement in words, by its state and its trouble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TROUBLES: Final[dict[str, str]] = {
    "OVER_CEILING": "Too little of the payment is left. Credit the rest, or pay it manually.",
    "DISPUTED": "Wait for the bank's decision, so that the money is not returned twice.",
    "CHARGE_DISPUTED": "Wait for the bank's decision, then retry.",
    "BY_HAND": "Pay it by bank transfer or check, then mark it as paid manually.",
    "OTHER_AMOUNT": "Check the transaction at the gateway, then resolve it here.",
    "OTHER_CURRENCY": "Credit it instead, or pay it manually.",
    "CHARGE_NOT_PAID": "Nothing was ever paid, so nothing has to be refunded. Cancel it.",
    "CHARGE_REFUNDED": "It was already refunded. Cancel it, or credit what is still due.",
    "CHARGE_TOO_SMALL": "Credit it instead, or pay it manually.",
    "OTHER_CUSTOMER": "Correct the order's payment, then retry.",
    "OTHER_INVOICE": "Correct the order's payment, then retry.",
    "NO_GATEWAY": "Set up a gateway account, then retry.",
    "NO_ANSWER": "Check that the gateway works, then retry.",
    "KEYS_SPENT": "Look for the transaction at the gateway. If it is not there, credit it instead.",
    "STILL_SUBMITTED": "Ask the gateway about it, or cancel it there. It is checked every day.",
    "REFUSED_BY_GATEWAY": "Follow the gateway's message. If that does not help, credit it instead.",
}
"""The advice for each trouble."""

STATES: Final[dict[str, str]] = {
    "PLANNED": "No action needed: it is sent automatically.",
    "SUBMITTED": "No action needed: the gateway is processing it.",
    "SUCCEEDED": "No action needed: it is paid.",
    "FAILED": "It is not retried automatically. Retry, credit it instead, or pay it manually.",
    "NEEDS_ATTENTION": "A person has to decide how to proceed.",
    "CANCELLED": "No action needed: it was cancelled.",
}
"""The advice for each state."""

RESOLUTIONS: Final[dict[str, tuple[str, str, str]]] = {
    "RETRY": (
        "Retry",
        "{amount} are requested from the gateway again. Its records are checked first, so that "
        "nothing is paid twice.",
        "Settlement sent again.",
    ),
    "CREDIT_INSTEAD": (
        "Credit instead",
        "{amount} are credited to {retailer}, and this settlement is cancelled.",
        "Credited instead.",
    ),
    "PAID_BY_HAND": (
        "Mark as paid manually",
        "{amount} are recorded as paid to {retailer}. Nothing is sent.",
        "Marked as paid manually.",
    ),
    "GIVE_UP": (
        "Cancel settlement",
        "{amount} are not paid to {retailer}, who sees your reason.",
        "Settlement cancelled.",
    ),
}
"""A person's decisions: button, what will happen, and message afterwards."""

OPEN: Final = ("NEEDS_ATTENTION", "FAILED")


def advice(found: Mapping[str, Any], *, may: bool, pays: bool) -> str:
    """Returns the advice; users who may not act are told who can.

    `pays` says whether they belong to the supplier, whose settlement it is.
    """
    if found["state"] not in OPEN:
        return STATES[found["state"]]
    if not may:
        who = "A colleague whose key may resolve settlements" if pays else "Your supplier"
        return f"{who} decides how to proceed. You will see the outcome here."
    return TROUBLES.get(found["trouble"] or "", STATES[found["state"]])
