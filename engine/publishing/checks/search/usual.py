"""A return of usual facts, for policies without tests and for rows far from their tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.dates import day_text
from engine.policy.vocabulary import Fact, FactType
from engine.publishing.checks.search.values import (
    GONE,
    USUAL_PRICE,
    USUAL_WORDS,
    Given,
    Values,
)

Members = Mapping[str, Sequence[str]]
"""The words of each set that a policy tests."""

_LIMITING: Final = ("quantity_ordered", "unit_price")
"""Facts that limit others, and so would get in the way."""
_DAYS: Final = {"ordered": 0, "delivered": 4, "requested": 9}


def usual_return(facts: Sequence[Fact], values: Values, members: Members) -> Given:
    """Returns an order early in the policy's days, with every fact that the policy uses."""
    effective = values.compiled.policy.effective
    last = effective.last or effective.first + 400
    start = effective.first + min(60, max(0, last - effective.first) // 2)
    found: Given = {name: day_text(start + days) for name, days in _DAYS.items()}
    for fact in facts:
        asked = fact.name in values.tests or fact.name in members
        if fact.type is not FactType.DATE and (asked or fact.type is FactType.MONEY):
            found[fact.name] = _value(fact, values, members)
    return {name: value for name, value in found.items() if value is not GONE}


def _value(fact: Fact, values: Values, members: Members) -> object:
    if fact.if_not_sent is not None or fact.name in _LIMITING:
        return GONE
    if fact.type is FactType.SET:
        return list(members.get(fact.name, ())) if fact.name == "evidence" else GONE
    if fact.type is FactType.WORD:
        words = [word for word in USUAL_WORDS if word in (fact.words or ())]
        return words[0] if words else values.of(fact)[-1]
    numbers = {FactType.MONEY: USUAL_PRICE, FactType.COUNT: 1, FactType.YES_NO: 0}
    return values.sent(fact.name, numbers.get(fact.type, 10**5))
