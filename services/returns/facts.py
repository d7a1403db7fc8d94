"""The facts of one order line: what is on record goes before what the one who asks says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from adapters.store.orders import Family
from adapters.store.records import OrderLine, Partnership
from engine.errors import RequestFault
from engine.money import Money
from engine.policy.faults import listed, nearest
from engine.policy.model import Policy
from engine.policy.vocabulary import FactType

_OWN_FIELDS: Final = ("reason", "condition", "packaging", "evidence", "lacking", "wanted")
NEVER_SENT: Final = (
    *("retailer", "programme", "sku", "unit_price", "item_price", "return_value", "order_total"),
    *("quantity", "quantity_ordered", "order_lines", "line_count", "now"),
)
"""Facts that decide about money and scope; they follow from the order and the clock alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the one who asks says of a line that may come back."""

    quantity: int = 1
    reason: str | None = None
    condition: str | None = None
    packaging: str | None = None
    evidence: tuple[str, ...] | None = None
    lacking: tuple[str, ...] | None = None
    wanted: str | None = None
    facts: tuple[tuple[str, object], ...] = ()
    requested_on: date | None = None


def on_record(
    line: OrderLine, family: Family, partnership: Partnership | None
) -> dict[str, object]:
    """What is known of a line without asking; units that were cancelled count for nothing."""
    order = line.order
    left = [each for each in family.lines if each.kept]
    prices = [each.unit_price.minor * each.kept for each in left]
    words = {
        "retailer": order.retailer.handle,
        "programme": partnership.programme if partnership else "",
        "country": order.country,
        "channel": order.channel,
    }
    return {
        **{name: word for name, word in words.items() if word},
        **line.product.facts,
        "sku": line.product.sku,
        **order.facts,
        **order.dates,
        **line.facts,
        **line.dates,
        "unit_price": line.unit_price,
        "quantity_ordered": line.kept,
        "order_lines": len(left),
        "order_total": Money(sum(prices), order.currency),
    }


def asked(said: Said, known: Mapping[str, object]) -> dict[str, object]:
    """What the one who asks adds; raises `RequestFault` for what is on record already."""
    found: dict[str, object] = {"quantity": said.quantity}
    for name in _OWN_FIELDS:
        value = getattr(said, name)
        if value is not None:
            found[name] = list(value) if isinstance(value, tuple) else value
    for name, value in said.facts:
        if name in NEVER_SENT or (name in known and known[name] != value):
            raise RequestFault(
                "fact_on_record", f"`{name}` is on record and cannot be said otherwise.", name
            )
        if name in found or (name == "requested" and said.requested_on):
            raise RequestFault("sent_twice", f"`{name}` is said twice.", name)
        found[name] = value
    if said.requested_on:
        found["requested"] = said.requested_on.isoformat()
    return found


def known_to(policy: Policy, facts: Mapping[str, object]) -> dict[str, object]:
    """Of what is on record, the facts that a policy has; others are written for other policies."""
    return {name: value for name, value in facts.items() if name in policy.facts}


def check_words(policy: Policy, facts: Mapping[str, object]) -> None:
    """Raises `RequestFault` `unknown_word`, naming the nearest word that the policy knows."""
    for name, value in facts.items():
        fact = policy.facts.get(name)
        if fact is None or fact.words is None or fact.open:
            continue
        if fact.type not in (FactType.WORD, FactType.SET):
            continue
        for word in value if isinstance(value, list | tuple) else [value]:
            if isinstance(word, str) and word not in fact.words:
                hint = nearest(word, fact.words) or f" Known here: {listed(fact.words)}."
                raise RequestFault(
                    "unknown_word", f"`{word[:60]}` is not a word of `{name}` here.{hint}", name
                )
