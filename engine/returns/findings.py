"""What an inspection found otherwise than it was said at the request.

The decision at the receipt uses the facts of the request and, in their place, only what is named
here; so it can differ from the first decision for a named finding and for nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.errors import RequestFault
from engine.policy.faults import nearest
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import who_tells
from engine.policy.vocabulary import Fact

FOUND: Final = tuple(name for name, fact in SENT.items() if fact.found)
"""Built-in facts that an inspection may find, in the order of the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact, what was said of it (None: nothing), and what was found."""

    fact: str
    said: object
    found: object


def findings(said: Mapping[str, object], found: Mapping[str, object]) -> tuple[Finding, ...]:
    """The differences in the order of `FOUND`, then a policy's own facts by name."""
    order = {name: place for place, name in enumerate(FOUND)}
    names = sorted(found, key=lambda name: (order.get(name, len(order)), name))
    return tuple(
        Finding(fact=name, said=said.get(name), found=found[name])
        for name in names
        if said.get(name) != found[name]
    )


def check_findings(
    facts: Mapping[str, Fact], said: Mapping[str, object], found: Mapping[str, object]
) -> None:
    """Raises `RequestFault` for what a policy does not know, or no inspection can find."""
    for name, value in found.items():
        fact = facts.get(name)
        if fact is None:
            hint = nearest(name, facts)
            raise RequestFault("unknown_fact", f"There is no fact `{name[:60]}`.{hint}", name)
        if not fact.found and said.get(name) != value:
            text = f"`{name}` is not found by an inspection; who tells it is {who_tells(fact)}."
            raise RequestFault("not_to_be_found", text, name)


def facts_at_receipt(
    said: Mapping[str, object], found: tuple[Finding, ...], *, quantity: int
) -> dict[str, object]:
    """The facts of the request with the findings in place, for the units they were made of."""
    return {**said, **{finding.fact: finding.found for finding in found}, "quantity": quantity}
