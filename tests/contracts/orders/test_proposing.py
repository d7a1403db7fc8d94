"""What a retailer says of an order holds where its supplier lets it, and waits otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.store.lists.of_orders import WAITING_ORDERS
from adapters.store.lists.statements import ListQuery
from adapters.store.ordering.faults import OrderFaults
from adapters.store.records import Product, Standing, Telling
from engine.errors import RequestFault
from engine.money import Money
from services.orders.confirming import Waiting, confirm
from tests.contracts.conftest import World
from tests.contracts.orders.building import (
    LINE,
    add,
    amend,
    answer,
    facts,
    found,
    now,
    order,
    refused,
    tell,
)

DELIVERED = {"ordered": "2025-05-01", "delivered": "2025-05-05"}


def price(world: World, **prices: int) -> None:
    with world.store.session():
        lamp = Product(sku="LAMP-1", title="Lamp", facts={"category": "lighting"}, prices=prices)
        world.store.goods.put(world.partners["acme"], [lamp])


def test_what_a_supplier_adds_holds_at_once(world: World) -> None:
    tell(world)

    family = add(world, "acme", order(dates=DELIVERED))

    assert (family.order.standing, family.order.waits_for) == (Standing.CONFIRMED, ())


@pytest.mark.parametrize(
    ("may", "said", "waits"),
    [
        ((), {}, "confirms the orders that `northwind` adds"),
        ((Telling.ORDERS,), {}, ""),
        ((Telling.DELIVERED,), {}, "confirms the orders"),
        ((Telling.ORDERS,), {"dates": DELIVERED}, "`delivered` of an order"),
        ((Telling.ORDERS, Telling.DELIVERED), {"dates": DELIVERED}, ""),
        ((Telling.ORDERS,), {"facts": {"recipient_present": True}}, "`recipient_present` of an"),
        ((Telling.ORDERS, Telling.DELIVERED), {"facts": {"recipient_present": True}}, ""),
        ((Telling.ORDERS,), {"facts": {"outbound_paid": "USD 5000.00"}}, "`outbound_paid`"),
        ((Telling.ORDERS,), {"facts": {"membership": "gold"}}, ""),
    ],
)
def test_what_a_retailer_adds_waits_unless_it_may_tell_it(
    world: World, may: tuple[Telling, ...], said: dict[str, object], waits: str
) -> None:
    tell(world, *may)

    family = add(world, "northwind", order(**said))

    assert (family.order.standing is Standing.PROPOSED) == bool(waits)
    assert waits in " ".join(family.order.waits_for)


@pytest.mark.parametrize(
    ("prices", "unit", "waits"),
    [
        ({"USD": 4_000}, Money(4_000, "USD"), False),
        ({"USD": 4_000}, Money(4_001, "USD"), True),
        ({"EUR": 9_000}, Money(1, "USD"), True),
        ({}, Money(4_001, "USD"), False),
    ],
)
def test_an_order_above_the_price_of_its_product_waits(
    world: World, prices: dict[str, int], unit: Money, waits: bool
) -> None:
    tell(world, Telling.ORDERS)
    price(world, **prices)

    family = add(world, "northwind", order(replace(LINE, unit_price=unit)))

    assert (family.order.standing is Standing.PROPOSED) == waits


@pytest.mark.parametrize(
    ("prices", "tax", "waits"),
    [({"USD": 4_000}, 0, False), ({"USD": 4_000}, 1, True), ({}, 760, False)],
)
def test_a_tax_waits_where_the_price_of_the_product_is_given(
    world: World, prices: dict[str, int], tax: int, waits: bool
) -> None:
    tell(world, Telling.ORDERS)
    price(world, **prices)

    family = add(world, "northwind", order(replace(LINE, tax=Money(tax, "USD"))))

    assert (family.order.standing is Standing.PROPOSED) == waits
    assert ("a tax of USD 0.01" in " ".join(family.order.waits_for)) == waits


def test_prices_stay_when_goods_are_put_again_without_them(world: World) -> None:
    price(world, USD=4_000)
    with world.store.session():
        world.store.goods.put(
            world.partners["acme"], [Product(sku="LAMP-1", title="Lamp", facts={})]
        )
        lamp = world.store.goods.product(world.partners["acme"].id, "LAMP-1")

    assert lamp is not None
    assert lamp.prices == {"USD": 4_000}


def test_a_supplier_confirms_what_waits_once_and_both_sides_can_read_it(world: World) -> None:
    tell(world)
    family = add(world, "northwind", order())

    answer(world, order=True)

    assert now(world).order.confirmed
    assert refused(lambda: answer(world, order=True)) == "nothing_waits"
    for of in ("acme", "northwind"):
        assert facts(world, of, family.order.id) == ["order_proposed", "order_confirmed"]


def test_only_the_supplier_of_an_order_answers(world: World) -> None:
    tell(world)
    family = add(world, "northwind", order())
    for by, code in (("northwind", "not_allowed"), ("globex", "not_found")):
        with pytest.raises(RequestFault) as raised, world.store.session():
            confirm(world.store, world.principals[by], Waiting(orders=[family.order.id]))
        assert raised.value.code == code

    assert not now(world).order.confirmed


def test_a_declined_order_can_be_added_again_and_no_other(world: World) -> None:
    tell(world)
    first = add(world, "northwind", order())
    with pytest.raises(OrderFaults, match="exists already"):
        add(world, "northwind", order(replace(LINE, unit_price=Money(1, "USD"))))

    answer(world, order=True, declined="the price is wrong")
    again = add(world, "northwind", order(replace(LINE, unit_price=Money(3_000, "USD"))))

    assert again.order.id != first.order.id
    assert again.order.standing is Standing.PROPOSED
    assert now(world).lines[0].unit_price == Money(3_000, "USD")


def test_with_an_order_all_changes_of_it_are_declined(world: World) -> None:
    tell(world)
    add(world, "northwind", order())
    amend(world, "northwind", dates={"delivered": "2025-05-05"})

    answer(world, order=True, declined="not ours")
    add(world, "northwind", order())

    with world.store.session():
        assert waiting(world, "acme") == [found(world).order.id]


def test_the_orders_that_wait_are_listed_for_both_sides_the_oldest_first(world: World) -> None:
    tell(world)
    one = add(world, "northwind", order())
    add(world, "acme", order(number="R-2"))
    tell(world, Telling.ORDERS)
    three = add(world, "northwind", order(number="R-3"))
    with world.store.session():
        before = [waiting(world, by) for by in ("acme", "northwind", "globex")]
    answer(world, order=True)
    assert amend(world, "northwind", dates={"delivered": "2025-05-05"}) is not None

    with world.store.session():
        after = waiting(world, "acme")
        assert found(world, "R-3").order.id == three.order.id
    assert before == [[one.order.id], [one.order.id], []]
    assert after == [one.order.id]


@pytest.mark.parametrize(
    ("by", "name", "code"),
    [
        ("northwind", "requested", "not_yours_to_say"),
        ("acme", "now", "not_yours_to_say"),
        ("northwind", "received_back", "not_yours_to_say"),
        ("acme", "received_back", "not_of_orders"),
        ("northwind", "shipped_back", "not_of_orders"),
    ],
)
def test_no_order_says_a_day_of_a_return(world: World, by: str, name: str, code: str) -> None:
    with pytest.raises(OrderFaults) as raised:
        add(world, by, order(dates={"ordered": "2025-05-01", name: "2025-05-02"}))

    assert [each.code for each in raised.value.faults] == [code]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("requested", "not_yours_to_say"),
        ("order_total", "not_yours_to_say"),
        ("retailer", "not_of_orders"),
        ("quantity_ordered", "not_of_orders"),
    ],
)
def test_no_order_says_what_follows_from_it(world: World, name: str, code: str) -> None:
    for draft in (order(facts={name: "x"}), order(replace(LINE, facts={name: "x"}))):
        with pytest.raises(OrderFaults) as raised:
            add(world, "northwind", draft)

        assert [each.code for each in raised.value.faults] == [code]


def waiting(world: World, by: str) -> list[str]:
    asked = ListQuery(principal=world.principals[by], sort="LONGEST")
    return list(world.store.lists.every(WAITING_ORDERS, asked))
