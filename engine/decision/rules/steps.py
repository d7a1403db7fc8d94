"""When a fact is known: the step that gives it, and so which rows can be asked together."""

from __future__ import annotations

from typing import Final

from engine.policy.model import Policy
from engine.policy.reading import STEPS

SENT: Final = 0
"""Before the first topic: what the request sent."""
AFTER_DEADLINES: Final = STEPS["eligibility"] - 1
WHOLE: Final = STEPS["whole_return"]

_AFTER_LIMITS: Final = STEPS["demands"] - 1
_AFTER_FEES: Final = STEPS["outbound_shipping"] - 1
_KNOWN_AT: Final = {
    "deadlines": AFTER_DEADLINES,
    "answer": STEPS["eligibility"],
    "code": STEPS["eligibility"],
    "missing": STEPS["demands"],
    "failed": STEPS["demands"],
    "remedy": STEPS["goods"] - 1,
    "timing": STEPS["goods"] - 1,
    "goods": STEPS["goods"],
    "goods_to": STEPS["goods"],
    "return_paid_by": STEPS["return_shipping"],
    "label_by": STEPS["return_shipping"],
    "base": STEPS["value"],
    "fee_total": _AFTER_FEES,
}


def step_of(fact: str, topic: str, policy: Policy) -> int:
    """The step after which a fact is known to rows of a topic; parts of one topic come in turn."""
    if fact in _KNOWN_AT:
        late = STEPS.get(topic, WHOLE) > STEPS["demands"]
        return STEPS["demands"] if fact in ("answer", "code") and late else _KNOWN_AT[fact]
    part, _, field = fact.partition(".")
    if not field or part == "days_since":
        return SENT
    own, names, end = _parts(part, policy)
    name = field if part == "fees" else part
    return STEPS[own] + names.index(name) if topic == own else end


def _parts(part: str, policy: Policy) -> tuple[str, list[str | None], int]:
    if part == "fees":
        return "fees", [table.part for table in policy.fees], _AFTER_FEES
    limits = [table.part for table in policy.limits]
    if part in limits:
        return "limits", limits, _AFTER_LIMITS
    return "deadlines", [table.part for table in policy.deadlines], AFTER_DEADLINES
