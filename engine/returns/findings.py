"""What an inspection found otherwise than it was said at the request.

The decision at the receipt uses the facts of the request and, in their place, only what is named
here; so it can differ from the first decision for a named finding and for nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.errors import RequestFault
from engine.policy.register.built_in import SENT

FOUND: Final = tuple(name for name, fact in SENT.items() if fact.found)
"""Built-in facts that an inspection may find, in the order of the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact, what was said of it (None: nothing), and what was found."""

    fact: str
    said: object
    found: object


def findings(said: Mapping[str, object], found: Mapping[str, object]) -> tuple[Finding, ...]:
    """The differences in the order of `FOUND`; raises `RequestFault` `not_to_be_found`."""
    for name in found:
        if name in SENT and name not in FOUND and said.get(name) != found[name]:
            raise RequestFault(
                "not_to_be_found",
                f"`{name}` follows from the order or the request; an inspection cannot change it.",
                name,
            )
    order = {name: place for place, name in enumerate(FOUND)}
    names = sorted(found, key=lambda name: (order.get(name, len(order)), name))
    return tuple(
        Finding(fact=name, said=said.get(name), found=found[name])
        for name in names
        if said.get(name) != found[name]
    )


def facts_at_receipt(
    said: Mapping[str, object], found: tuple[Finding, ...], *, quantity: int
) -> dict[str, object]:
    """The facts of the request with the findings in place, for the units they were made of."""
    return {**said, **{finding.fact: finding.found for finding in found}, "quantity": quantity}
