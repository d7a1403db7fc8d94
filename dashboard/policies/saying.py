"""Puts rows and topics of a policy into words for people who do not know the policy language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard.writing import values

_OTHERWISE: Final = "in all other cases"
_TOPICS: Final = {
    "request": "How long",
    "eligibility": "What may come back",
    "demands": "What is asked",
    "retailer": "What the retailer gets",
    "consumer": "What the consumer gets",
    "goods": "What becomes of the goods",
    "return_shipping": "The way back",
    "outbound_shipping": "The way there",
    "restocking": "Fee for restocking",
    "value": "What the goods are worth",
    "after_refusal": "After a refusal",
    "whole_return": "The whole return",
}

_FIRST: Final = ("ordered", "delivered", "requested", "item_price")


def sentence(row: Mapping[str, Any]) -> str:
    """Describes a row with its condition, with dates as people write them."""
    when = row["when"]
    where = f"Where {when}: " if when and when != _OTHERWISE else ""
    else_ = "In all other cases: " if when == _OTHERWISE else ""
    return values.dated(f"{where}{else_}{row['sentence']}")


def title(topic: str) -> str:
    """Returns the question of a topic."""
    last = topic.rsplit(".", maxsplit=1)[-1]
    return _TOPICS.get(last, values.words(last))


def facts_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Returns the facts of a return in words, its dates and its price first."""
    names = [*(each for each in _FIRST if each in facts), *(n for n in facts if n not in _FIRST)]
    return [(name.replace("_", " "), _fact(facts[name])) for name in names]


def _fact(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)).replace("_", " ") or "none"
    plain = {None: "none", True: "yes", False: "no"}
    return plain[value] if value is None or isinstance(value, bool) else str(value)
