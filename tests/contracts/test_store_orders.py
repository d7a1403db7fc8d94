"""Orders are added whole or not at all, and seen by their two partners only."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from msgspec import structs

from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.ordering.faults import OrderFaults
from adapters.store.records import Decided
from adapters.store.tables import Unchangeable
from engine.money import LIMIT, Money
from services.orders.adding import add_orders
from tests.contracts.conftest import NOW, World

LINE = LineDraft(number="1", sku="LAMP-1", quantity=3, unit_price=Money(4000, "USD"))


def order(*lines: LineDraft, **said: object) -> OrderDraft:
    usual: dict[str, object] = {
        "number": "R-1",
        "supplier": "acme",
        "retailer": "northwind",
        "currency": "USD",
        "dates": {"ordered": "2025-05-01", "delivered": "2025-05-05"},
        "country": "US",
    }
    return OrderDraft(lines=lines or (LINE,), **{**usual, **said})  # type: ignore[arg-type]


def faults(world: World, *drafts: OrderDraft, by: str = "northwind") -> list[tuple[str, str]]:
    with pytest.raises(OrderFaults) as raised, world.store.session():
        add_orders(world.store, world.principals[by], drafts)
    return [(each.code, each.path) for each in raised.value.faults]


def test_an_order_comes_back_with_its_lines_products_and_place(world: World) -> None:
    with world.store.session():
        add_orders(
            world.store,
            world.principals["northwind"],
            [order(replace(LINE, location="main", returned=1))],
        )
    with world.store.session():
        (family,) = world.store.orders.numbered(world.principals["acme"], ["R-1"])

    (line,) = family.lines
    assert family.order.dates == {"ordered": "2025-05-01", "delivered": "2025-05-05"}
    assert line.unit_price == Money(4000, "USD")
    assert line.returnable == 2
    assert line.product.facts == {"category": "lighting"}
    assert line.location is not None
    assert line.location.lines == ("1 Dock Road",)


def test_another_tenant_finds_neither_the_order_nor_its_lines(world: World) -> None:
    orders = world.store.orders
    with world.store.session():
        (family,) = add_orders(world.store, world.principals["northwind"], [order()])
    with world.store.session():
        found = {
            handle: (
                bool(orders.numbered(principal, ["R-1"])),
                orders.order(principal, family.order.id) is not None,
                orders.line(principal, family.lines[0].id) is not None,
            )
            for handle, principal in world.principals.items()
        }

    assert found["northwind"] == found["acme"] == (True, True, True)
    assert found["southgate"] == found["globex"] == (False, False, False)


def test_one_number_may_stand_for_orders_with_two_suppliers(world: World) -> None:
    drafts = [order(supplier=each, retailer="southgate") for each in ("acme", "globex")]
    with world.store.session():
        add_orders(world.store, world.principals["southgate"], drafts)
        found = world.store.orders.numbered(world.principals["southgate"], ["R-1"])

    assert {each.order.supplier.handle for each in found} == {"acme", "globex"}


def test_every_fault_is_named_and_nothing_is_stored(world: World) -> None:
    wrong = order(
        replace(LINE, sku="LAMP-2"),
        replace(LINE, number="2", unit_price=Money(-1, "USD")),
        replace(LINE, number="3", unit_price=Money(1, "EUR")),
        replace(LINE, number="8", tax=Money(-1, "USD")),
        replace(LINE, number="9", tax=Money(1, "EUR")),
        replace(LINE, number="4", quantity=0),
        replace(LINE, number="4", location="nowhere"),
        replace(LINE, number="5", returned=4),
        replace(LINE, number="6", facts={"job_value": "USD -1.00"}),
        number="R-2",
        dates={"ordered": "2025-05-05", "delivered": "2025-05-01"},
    )

    assert faults(world, order(), wrong) == [
        ("dates_reversed", "orders[1].delivered"),
        ("unknown_sku", "orders[1].lines[0].sku"),
        ("negative_money", "orders[1].lines[1].unit_price"),
        ("other_currency", "orders[1].lines[2].unit_price"),
        ("negative_money", "orders[1].lines[3].tax"),
        ("other_currency", "orders[1].lines[4].tax"),
        ("wrong_quantity", "orders[1].lines[5].quantity"),
        ("duplicate_line", "orders[1].lines[6].number"),
        ("unknown_location", "orders[1].lines[6].location"),
        ("wrong_quantity", "orders[1].lines[7].returned"),
        ("negative_money", "orders[1].lines[8].job_value"),
    ]
    with world.store.session():
        assert world.store.orders.numbered(world.principals["northwind"], ["R-1", "R-2"]) == ()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"currency": "ABC"}, "unknown_currency"),
        ({"country": "usa"}, "wrong_country"),
        ({"dates": {}}, "missing_date"),
        ({"dates": {"ordered": "yesterday"}}, "wrong_date"),
        ({"dates": {"ordered": "2025-05-01", "delivred": "2025-05-02"}}, "unknown_date"),
        ({"number": ""}, "wrong_number"),
        ({"facts": {"Bad Name": 1}}, "unknown_fact"),
        ({"facts": {"membership": {"a": 1}}}, "wrong_type"),
        ({"facts": {"membership": "a\0"}}, "wrong_type"),
        ({"channel": "x" * 61}, "wrong_channel"),
    ],
)
def test_an_order_that_cannot_be_right_is_refused(
    world: World, said: dict[str, object], code: str
) -> None:
    assert code in [found for found, _ in faults(world, order(**said))]


def test_an_order_whose_total_no_decision_could_handle_is_refused(world: World) -> None:
    half = replace(LINE, quantity=1_000, unit_price=Money(LIMIT // 2_000, "USD"))
    dearer = replace(half, number="2", unit_price=Money(LIMIT // 2_000 + 1, "USD"))

    assert faults(world, order(half, dearer)) == [("too_large", "orders[0].lines")]
    with world.store.session():
        add_orders(
            world.store, world.principals["northwind"], [order(half, replace(half, number="2"))]
        )


def test_nobody_adds_orders_of_others_or_with_strangers(world: World) -> None:
    unknown = [("unknown_partner", "orders[0].partner")]

    assert faults(world, order(), by="southgate") == unknown
    assert faults(world, order(), by="globex") == unknown
    assert ("unknown_partner", "orders[0].partner") in faults(world, order(supplier="globex"))


def test_the_same_order_is_not_added_twice(world: World) -> None:
    with world.store.session():
        add_orders(world.store, world.principals["northwind"], [order()])

    assert faults(world, order()) == [("duplicate_order", "orders[0].number")]


def decided(world: World) -> Decided:
    return Decided(
        id="d1",
        order_line="l1",
        retailer=world.partners["northwind"].id,
        supplier=world.partners["acme"].id,
        edition="e1",
        edition_digest="00",
        facts="{}",
        record='{"answer":"accept"}',
        digest="11",
        versions="engine 1a",
        decided_at=NOW,
        asked_by="k1",
    )


def test_a_decision_comes_back_whole_and_cannot_be_changed(world: World) -> None:
    added, decisions = decided(world), world.store.decisions
    with world.store.session():
        decisions.add([added])
    with world.store.session():
        assert decisions.visible(world.principals["northwind"], "d1") == added
        assert decisions.visible(world.principals["acme"], "d1") == added
        assert decisions.visible(world.principals["southgate"], "d1") is None

    rows = decisions._tables.DecisionRecord
    with pytest.raises(Unchangeable), world.store.session():
        rows["d1"].record = "{}"
    with pytest.raises(Unchangeable), world.store.session():
        rows["d1"].delete()


def test_a_moment_without_an_offset_is_never_stored(world: World) -> None:
    naive = structs.replace(decided(world), decided_at=NOW.replace(tzinfo=None))

    with pytest.raises(ValueError, match="offset"), world.store.session():
        world.store.decisions.add([naive])


def test_atomic_undoes_what_was_written_before_an_error(world: World) -> None:
    with world.store.session():
        with contextlib.suppress(ZeroDivisionError), world.store.atomic():
            add_orders(world.store, world.principals["northwind"], [order()])
            raise ZeroDivisionError
        assert world.store.orders.numbered(world.principals["northwind"], ["R-1"]) == ()
