"""What is on record of an order line, and which of it is believed: nobody says it anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from adapters.identity.principal import Kind
from adapters.store.database import Store
from adapters.store.ordering.records import Event
from adapters.store.orders import Family
from adapters.store.records import OrderLine, Partnership
from engine.errors import RequestFault
from engine.money import Money
from engine.policy.model import Policy
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import is_recorded
from engine.policy.vocabulary import Fact, Owner
from engine.returns.statements import Statement, Teller

_VOID: Final = frozenset(name for name, fact in SENT.items() if not is_recorded(fact))
"""Facts that no record has, though one that was kept before this was checked may name them."""
_RETAILERS: Final = (Owner.ORDER, Owner.RETAILER)
"""Whose facts a retailer writes into an order that its supplier did not confirm."""


def on_record(
    line: OrderLine,
    family: Family,
    partnership: Partnership | None,
    without: Collection[str] = (),
) -> dict[str, object]:
    """What is known of a line without asking; units that were cancelled count for nothing.

    `without` are facts of the order that are not believed.
    """
    order = line.order
    left = [each for each in family.lines if each.kept]
    prices = [each.unit_price.minor * each.kept for each in left]
    words = {
        "retailer": order.retailer.handle,
        "programme": partnership.programme if partnership else "",
        "country": order.country,
        "channel": order.channel,
    }
    written = {**order.facts, **order.dates, **line.facts, **line.dates}
    return {
        **{name: word for name, word in words.items() if word},
        **{name: value for name, value in line.product.facts.items() if name not in _VOID},
        "sku": line.product.sku,
        **{
            name: value
            for name, value in written.items()
            if name not in _VOID and name not in without
        },
        "unit_price": line.unit_price,
        "quantity_ordered": line.kept,
        "order_lines": len(left),
        "order_total": Money(sum(prices), order.currency),
    }


def statements_of_record(line: OrderLine, recorded: Mapping[str, object]) -> list[Statement]:
    """Which of it stands on the order, and which with the product."""
    order = line.order
    ordered = {*order.facts, *order.dates, *line.facts, *line.dates}
    goods = tuple(name for name in line.product.facts if name not in ordered)
    rest = tuple(name for name in recorded if name not in goods)
    found = [Statement(teller=Teller.ORDER, facts=rest)]
    return [*found, Statement(teller=Teller.PRODUCT, facts=goods)] if goods else found


def doubted(store: Store, line: OrderLine, facts: Mapping[str, Fact]) -> frozenset[str]:
    """Of a policy's own facts on an order, those that only its retailer wrote and may not tell.

    `facts` are those that are known with their owners; a supplier that confirms an order tells it.
    """
    own = {name for name in (*line.order.facts, *line.facts) if name not in SENT}
    strange = {name for name in own if name not in facts or facts[name].told_by not in _RETAILERS}
    if not strange:
        return frozenset()
    first = next(iter(store.order_history.of(line.order.id)), None)
    held_at_once = first is not None and first.told.event is Event.ADDED
    if first is None or not held_at_once or first.speaker.side is not Kind.RETAILER:
        return frozenset()
    return frozenset(strange)


def known_to(policy: Policy, facts: Mapping[str, object]) -> dict[str, object]:
    """Of what is on record, the facts that a policy has; others are written for other policies."""
    return {name: value for name, value in facts.items() if name in policy.facts}


def check_quantity(quantity: int, line: OrderLine) -> None:
    """Raises `RequestFault` for units that are not on record, or came back already."""
    if quantity < 1:
        raise RequestFault("wrong_quantity", "At least one unit must come back.", "quantity")
    if quantity > line.returnable:
        raise RequestFault(
            "quantity_exceeded",
            f"{quantity} units are asked for; {_counted(line)}, so {line.returnable} are left.",
            "quantity",
        )


def _counted(line: OrderLine) -> str:
    cancelled = f", {line.cancelled} were cancelled" if line.cancelled else ""
    return f"{line.quantity} were ordered{cancelled} and {line.returned} came back"
