"""The labels of states and answers, and which of four tones they have.

A name that is not here is shown in plain words and without a tone; a test checks that the closed
sets of the schema are complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboard.writing import values

Tag = tuple[str, str]
"""The label and the tone: `good`, `warn`, `bad`, `info` or none."""

TAGS: Final[dict[str, dict[str, Tag]]] = {
    "ReturnState": {
        "REQUESTED": ("Requested", "info"),
        "IN_REVIEW": ("To approve", "warn"),
        "APPROVED": ("Approved", "info"),
        "REFUSED": ("Refused", "bad"),
        "IN_TRANSIT": ("On its way", "info"),
        "PARTLY_RECEIVED": ("Partly received", "warn"),
        "RECEIVED": ("To inspect", "warn"),
        "INSPECTED": ("Inspected", "info"),
        "SETTLED": ("Settled", "good"),
        "CLOSED": ("Closed", "good"),
        "CANCELLED": ("Cancelled", ""),
        "EXPIRED": ("Expired", "bad"),
    },
    "Answer": {
        "ACCEPT": ("Accepted", "good"),
        "REFUSE": ("Refused", "bad"),
        "REVIEW": ("A person decides", "warn"),
        "ASK": ("Something is missing", "warn"),
        "TWO_READINGS": ("Two readings", "warn"),
    },
    "SettlementState": {
        "PLANNED": ("Planned", "info"),
        "SUBMITTED": ("On its way", "info"),
        "SUCCEEDED": ("Paid", "good"),
        "FAILED": ("Failed", "bad"),
        "NEEDS_ATTENTION": ("Needs a person", "bad"),
        "CANCELLED": ("Given up", ""),
    },
    "OrderStanding": {},
}

NAMES: Final[dict[str, str]] = {
    "BALANCE_CREDIT": "Account credit at the gateway",
    "OWN_CREDIT": "Account credit",
    "BY_HAND": "Payment by hand",
    "CREDIT_MEMO": "Credit note",
    "OK": "Nothing stands against it",
}
"""Labels that differ from the name; remedies and ways of one kind share a label."""

STEPS: Final[dict[str, str]] = {
    "HOLD": "Waits for a person or for what is missing",
    "APPROVE": "Approved",
    "REFUSE": "Refused",
    "SHIP": "Parcel sent",
    "RECEIVE_PART": "A part arrived",
    "RECEIVE": "All of it arrived",
    "INSPECT": "Inspected",
    "SETTLE": "Money settled",
    "CLOSE": "Closed",
    "UNSETTLE": "The money came back",
    "CANCEL": "Cancelled",
    "EXPIRE": "The last day passed",
    "REOPEN": "Opened again",
    "ANSWER": "What was missing was said",
    "JUDGE": "A person decided",
    "CORRECT": "A count or finding was undone",
}
"""Labels of the steps of a return."""

TELLERS: Final[dict[str, str]] = {
    "ORDER": "the order",
    "PRODUCT": "the product",
    "SUPPLIER": "the supplier",
    "RETAILER": "the retailer",
    "INSPECTION": "the inspection",
    "TAKEBACK": "Takeback",
    "SUPPOSED": "nobody: it is supposed",
}


ACTORS: Final[dict[str, str]] = {
    "POLICY": "by the policy",
    "SUPPLIER": "by the supplier",
    "RETAILER": "by the retailer",
    "SUPPORT": "by a support agent",
}
"""Labels of actors."""

USUAL_REASONS: Final = (
    *("change_of_mind", "wrong_size", "defective"),
    *("damaged_in_transit", "wrong_item", "missing_item"),
)
"""Reasons that nearly every policy has; lists for people begin with them."""


def called(name: str) -> str:
    """Returns the label of a name of the API."""
    return NAMES.get(name.upper(), values.words(name))


def usual_first(reasons: Sequence[str]) -> list[str]:
    """Returns reasons in the policy's order; if that is only alphabetical, the usual ones first."""
    if list(reasons) != sorted(reasons):
        return list(reasons)
    usual = [each for each in USUAL_REASONS if each in reasons]
    return [*usual, *(each for each in reasons if each not in usual)]


def tag(kind: str, name: str) -> Tag:
    """Returns label and tone of a member of a closed set."""
    return TAGS.get(kind, {}).get(name, (called(name), ""))
