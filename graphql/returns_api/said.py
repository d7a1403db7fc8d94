"""From what clients send to what the services understand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.store.drafts import plain
from engine.errors import RequestFault
from returns_api.types.inputs import EligibilityLineInput, FactInput
from services.returns.facts import Said

MOST_FACTS: Final = 100


def said_of(line: EligibilityLineInput) -> Said:
    """What is said of an order line."""
    return Said(
        quantity=line.quantity,
        reason=line.reason,
        condition=line.condition,
        packaging=line.packaging,
        evidence=None if line.evidence is None else tuple(line.evidence),
        lacking=None if line.lacking is None else tuple(line.lacking),
        wanted=line.wanted,
        facts=tuple(named(line.facts)),
        requested_on=line.requested_on,
    )


def named(facts: list[FactInput] | None) -> Iterator[tuple[str, object]]:
    """Facts as pairs, each once and with a plain value."""
    seen: set[str] = set()
    for index, fact in enumerate(facts or ()):
        if index >= MOST_FACTS:
            raise RequestFault("too_large", f"At most {MOST_FACTS} facts are read.", "facts")
        if fact.name in seen:
            raise RequestFault("sent_twice", f"`{fact.name[:60]}` is said twice.", "facts")
        if not plain(fact.value):
            raise RequestFault(
                "wrong_type",
                f"`{fact.name[:60]}` is a word, a whole number, yes or no, money, or words.",
                "facts",
            )
        seen.add(fact.name)
        yield fact.name, fact.value
