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
        "IN_REVIEW": ("In review", "warn"),
        "APPROVED": ("Approved", "info"),
        "REFUSED": ("Refused", "bad"),
        "IN_TRANSIT": ("In transit", "info"),
        "PARTLY_RECEIVED": ("Partially received", "warn"),
        "RECEIVED": ("Awaiting inspection", "warn"),
        "INSPECTED": ("Inspected", "info"),
        "SETTLED": ("Settled", "good"),
        "CLOSED": ("Closed", "good"),
        "CANCELLED": ("Cancelled", ""),
        "EXPIRED": ("Expired", "bad"),
    },
    "Answer": {
        "ACCEPT": ("Accepted", "good"),
        "REFUSE": ("Refused", "bad"),
        "REVIEW": ("Manual review", "warn"),
        "ASK": ("Information needed", "warn"),
        "TWO_READINGS": ("Ambiguous policy", "warn"),
    },
    "SettlementState": {
        "PLANNED": ("Planned", "info"),
        "SUBMITTED": ("Processing", "info"),
        "SUCCEEDED": ("Paid", "good"),
        "FAILED": ("Failed", "bad"),
        "NEEDS_ATTENTION": ("Needs attention", "bad"),
        "CANCELLED": ("Cancelled", ""),
    },
    "OrderStanding": {},
}

NAMES: Final[dict[str, str]] = {
    "BALANCE_CREDIT": "Gateway account credit",
    "OWN_CREDIT": "Account credit",
    "BY_HAND": "Manual payment",
    "CREDIT_MEMO": "Credit note",
    "OK": "Within policy",
}
"""Labels that differ from the name; remedies and ways of one kind share a label."""

HELD: Final[dict[str, str]] = {
    "reopened": "the return was reopened, and a person has to decide",
    "the way or the amount": "a person has to set the remedy or the amount",
}
"""What a return is held for, where a code does not say it."""

STEPS: Final[dict[str, str]] = {
    "HOLD": "On hold for a decision or missing information",
    "APPROVE": "Approved",
    "REFUSE": "Refused",
    "SHIP": "Shipped",
    "RECEIVE_PART": "Partially received",
    "RECEIVE": "Received in full",
    "INSPECT": "Inspected",
    "SETTLE": "Settled",
    "CLOSE": "Closed",
    "UNSETTLE": "Payment returned",
    "CANCEL": "Cancelled",
    "EXPIRE": "Expired",
    "REOPEN": "Reopened",
    "ANSWER": "Missing information provided",
    "JUDGE": "Decided by a person",
    "CORRECT": "Receipt or inspection undone",
}
"""Labels of the steps of a return."""

TELLERS: Final[dict[str, str]] = {
    "ORDER": "the order",
    "PRODUCT": "the product",
    "SUPPLIER": "the supplier",
    "RETAILER": "the retailer",
    "INSPECTION": "the inspection",
    "TAKEBACK": "Takeback",
    "SUPPOSED": "an assumption",
}


ACTORS: Final[dict[str, str]] = {
    "POLICY": "by the policy",
    "SUPPLIER": "by the supplier",
    "RETAILER": "by the retailer",
    "SUPPORT": "by a support agent",
}
"""Labels of actors."""

TOPICS: Final[dict[str, str]] = {
    "request": "Return window",
    "eligibility": "Eligibility",
    "demands": "Requirements",
    "retailer": "What the retailer receives",
    "consumer": "What the consumer receives",
    "goods": "Goods",
    "return_shipping": "Return shipping",
    "outbound_shipping": "Outbound shipping",
    "restocking": "Restocking fee",
    "value": "Value",
    "after_refusal": "After a refusal",
    "whole_return": "Whole return",
}
"""The topics of a policy, by the last part of their names."""

USUAL_REASONS: Final = (
    *("change_of_mind", "wrong_size", "defective"),
    *("damaged_in_transit", "wrong_item", "missing_item"),
)
"""Reasons that nearly every policy has; lists for people begin with them."""


def called(name: str) -> str:
    """Returns the label of a name of the API."""
    return NAMES.get(name.upper(), values.words(name))


def topic(name: str) -> str:
    """What a topic of a policy is called; `name` may have its party or fee behind a dot."""
    last = name.rsplit(".", maxsplit=1)[-1]
    return TOPICS.get(last, values.words(last))


def held(text: str) -> str:
    """Returns what a return is held for in words; `text` is a list of codes."""
    return ", ".join(HELD.get(each, values.words(each).lower()) for each in text.split(", "))


def usual_first(reasons: Sequence[str]) -> list[str]:
    """Returns reasons in the policy's order; if that is only alphabetical, the usual ones first."""
    if list(reasons) != sorted(reasons):
        return list(reasons)
    usual = [each for each in USUAL_REASONS if each in reasons]
    return [*usual, *(each for each in reasons if each not in usual)]


def tag(kind: str, name: str) -> Tag:
    """Returns label and tone of a member of a closed set."""
    return TAGS.get(kind, {}).get(name, (called(name), ""))
