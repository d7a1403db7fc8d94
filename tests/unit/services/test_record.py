"""What is read of a line before its policy is known stands where the policy makes no odds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Final

import pytest

from adapters.identity.principal import Kind
from adapters.store.ordering.records import Event, HistoryEntry, Speaker, Told
from adapters.store.orders import Family
from adapters.store.records import Order, OrderLine, Partner, Product
from engine.money import Money
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Fact, FactType, Owner
from services.returns.record import facts_of_record, record_of

AT: Final = datetime(2025, 6, 1, tzinfo=UTC)
WRITTEN: Final[tuple[dict[str, str], ...]] = (
    {},
    {"own": "a"},
    {"category": "b"},
    {"own": "c", "category": "d", "now": "e"},
)
COUNTED: Final = replace(SENT["category"], told_by=Owner.DERIVED)


def policy(owner: Owner, *, counts: bool) -> dict[str, Fact]:
    """The facts of a policy with one of its own, which may count a built-in one itself."""
    own = Fact(name="own", type=FactType.WORD, told_by=owner)
    return {**SENT, "own": own, **({"category": COUNTED} if counts else {})}


def shop(kind: Kind) -> Partner:
    return Partner(id=f"{kind}-1", handle=kind.value, name="", kind=kind)


def families() -> Iterator[Family]:
    """Orders of one line, whose facts stand anywhere."""
    for of_order, of_line, of_product, of_goods in product(WRITTEN, repeat=4):
        order = Order(
            id="o",
            number="1",
            supplier=shop(Kind.SUPPLIER),
            retailer=shop(Kind.RETAILER),
            currency="USD",
            dates={"ordered": "2025-05-01"},
            country="US",
            channel="",
            facts=of_order,
        )
        line = OrderLine(
            id="l",
            order=order,
            number="1",
            product=Product(sku="S", title="", facts=of_product),
            quantity=2,
            returned=0,
            unit_price=Money(100, "USD"),
            location=None,
            dates={},
            facts=of_line,
            told_of_goods=of_goods,
        )
        yield Family(order=order, lines=(line,))


@pytest.mark.parametrize("by", Kind)
@pytest.mark.parametrize("owner", Owner)
def test_what_was_read_before_stands_only_where_it_would_be_read_alike(
    owner: Owner, by: Kind
) -> None:
    told = Told(event=Event.ADDED, what="", old=None, new=None, why="")
    added = HistoryEntry(number=1, told=told, speaker=Speaker(side=by, by="k"), at=AT)
    for family, counts in product(families(), (False, True)):
        (line,), facts = family.lines, policy(owner, counts=counts)
        before = facts_of_record(line, family, None, ((added,), {}))

        found = record_of(line, family, None, ((added,), facts), before)

        assert found == record_of(line, family, None, ((added,), facts))
