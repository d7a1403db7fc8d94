"""What is read of a line before its policy is known stands where the policy makes no odds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.identity.principal import Kind
from adapters.store.ordering.records import Event, HistoryEntry, Speaker, Told
from adapters.store.orders import Family
from adapters.store.records import Order, OrderLine, Partner, Product
from engine.money import Money
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Fact, FactType, Owner
from services.returns.record import facts_of_record, record_of

AT = datetime(2025, 6, 1, tzinfo=UTC)
NAMES = ("category", "own", "now", "odd")
FACTS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "b", 3, True]), max_size=3)
DATES = st.dictionaries(st.sampled_from(["ordered", "delivered", "own"]), st.just("2025-05-01"))
COUNTED = replace(SENT["category"], told_by=Owner.DERIVED)


def policy(owner: Owner, *, counts: bool) -> dict[str, Fact]:
    """The facts of a policy with one of its own, which may count a built-in one itself."""
    own = Fact(name="own", type=FactType.WORD, told_by=owner)
    return {**SENT, "own": own, **({"category": COUNTED} if counts else {})}


def shop(kind: Kind) -> Partner:
    return Partner(id=f"{kind}-1", handle=kind.value, name="", kind=kind)


@st.composite
def families(draw: st.DrawFn) -> Family:
    """An order of one line, whose facts stand anywhere."""
    order = Order(
        id="o",
        number="1",
        supplier=shop(Kind.SUPPLIER),
        retailer=shop(Kind.RETAILER),
        currency="USD",
        dates=draw(DATES),
        country="US",
        channel="",
        facts=draw(FACTS),
    )
    line = OrderLine(
        id="l",
        order=order,
        number="1",
        product=Product(sku="S", title="", facts=draw(FACTS)),
        quantity=2,
        returned=0,
        unit_price=Money(100, "USD"),
        location=None,
        dates=draw(DATES),
        facts=draw(FACTS),
        told_of_goods=draw(FACTS),
    )
    return Family(order=order, lines=(line,))


@pytest.mark.parametrize("by", Kind)
@pytest.mark.parametrize("owner", Owner)
@given(families(), st.booleans())
def test_what_was_read_before_stands_only_where_it_would_be_read_alike(
    owner: Owner, by: Kind, family: Family, counts: bool
) -> None:
    (line,), told = family.lines, Told(event=Event.ADDED, what="", old=None, new=None, why="")
    added = HistoryEntry(number=1, told=told, speaker=Speaker(side=by, by="k"), at=AT)
    facts = policy(owner, counts=counts)
    before = facts_of_record(line, family, None, ((added,), {}))

    found = record_of(line, family, None, ((added,), facts), before)

    assert found == record_of(line, family, None, ((added,), facts))
