"""Says rows and topics of a policy for people who do not know its words."""

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


def sentence(row: Mapping[str, Any]) -> str:
    """A row with the case that it is for, and days as people write them."""
    when = row["when"]
    where = f"Where {when}: " if when and when != _OTHERWISE else ""
    else_ = "In all other cases: " if when == _OTHERWISE else ""
    return values.dated(f"{where}{else_}{row['sentence']}")


def title(topic: str) -> str:
    """What a topic asks."""
    last = topic.rsplit(".", maxsplit=1)[-1]
    return _TOPICS.get(last, values.words(last))
