"""A file adds orders; it changes those that are there only where it is asked to."""

from __future__ import annotations

import pytest

from adapters.store.lists.of_orders import WAITING_ORDERS
from adapters.store.lists.statements import ListQuery
from adapters.store.orders_csv import CsvFaults
from adapters.store.records import Standing
from services.orders.importing import Imported, import_orders
from tests.contracts.conftest import World
from tests.contracts.orders.building import add, amend, answer, facts, found, now, order, tell

HEAD = "order,line,sku,quantity,unit_price,currency,ordered,delivered,partner,cancelled,location"
NEW = "R-1,1,LAMP-1,3,40.00,USD,2025-05-01,,{},,"
MORE = "R-1,2,SHOE-9,1,9.50,USD,2025-05-01,,{},,"


def imported(
    world: World, *rows: str, by: str = "acme", update: str | None = None, head: str = HEAD
) -> Imported:
    other = "northwind" if by == "acme" else "acme"
    text = "\n".join((head, *(row.format(other) for row in rows))) + "\n"
    with world.store.session(), world.store.atomic():
        return import_orders(world.store, world.principals[by], text, update=update)


def faults(world: World, *rows: str, update: str | None = None) -> list[tuple[int, str, str]]:
    with pytest.raises(CsvFaults) as raised:
        imported(world, *rows, update=update)
    return [(each.line, each.column, each.code) for each in raised.value.faults]


def test_a_second_import_changes_nothing_unless_it_is_asked_to(world: World) -> None:
    imported(world, NEW, MORE)
    changed = NEW.replace(",,{}", ",2025-05-06,{}")

    assert faults(world, changed) == [(2, "order", "duplicate_order")]
    done = imported(world, changed, MORE, NEW.replace("R-1", "R-2"), update="from the warehouse")

    assert (len(done.added), done.amended, done.proposed) == (1, 1, 0)
    assert now(world).lines[0].dates == {"delivered": "2025-05-06"}
    again = imported(world, changed, MORE, update="again")
    assert (len(again.added), again.amended) == (0, 0)
    assert facts(world, "acme", now(world).order.id) == ["order_added", "order_amended"]


def test_a_file_says_how_many_units_are_cancelled_in_all(world: World) -> None:
    imported(world, NEW)
    cancelled = "R-1,1,LAMP-1,3,40.00,USD,2025-05-01,,{},2,main"

    imported(world, cancelled, update="none left")
    imported(world, cancelled, update="again")

    line = now(world).lines[0]
    assert (line.cancelled, line.returnable) == (2, 1)
    assert line.location is not None
    fewer = cancelled.replace(",2,main", ",1,main")
    assert faults(world, fewer, update="less") == [(2, "cancelled", "not_amendable")]
    assert faults(world, cancelled.replace("R-1", "R-9"), update="x") == [
        (2, "cancelled", "wrong_quantity")
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (NEW.replace("40.00", "41.00"), "unit_price"),
        (NEW.replace(",3,", ",2,"), "quantity"),
        (NEW.replace("LAMP-1", "SHOE-9"), "sku"),
        (NEW.replace("2025-05-01", "2025-05-02"), "ordered"),
        (NEW.replace("USD", "EUR"), "currency"),
        (NEW.replace(",1,LAMP", ",7,LAMP"), "line"),
    ],
)
def test_what_was_said_when_an_order_was_placed_stands(world: World, row: str, column: str) -> None:
    imported(world, NEW)

    assert faults(world, NEW.replace("R-1", "R-3"), row, update="x") == [
        (3, column, "not_amendable")
    ]
    with world.store.session():
        assert world.store.orders.numbered(world.principals["acme"], ["R-3"]) == ()


def test_the_tax_of_a_line_stands_too(world: World) -> None:
    imported(world, NEW)
    head, taxed = f"{HEAD},tax", NEW.format("northwind")

    def said(tax: str) -> list[tuple[int, str, str]]:
        text = f"{head}\n{taxed},{tax}\n"
        with world.store.session(), world.store.atomic():
            try:
                import_orders(world.store, world.principals["acme"], text, update="x")
            except CsvFaults as raised:
                return [(each.line, each.column, each.code) for each in raised.faults]
        return []

    assert said("") == said("0.00") == []
    assert said("0.01") == [(2, "tax", "not_amendable")]


def test_what_a_retailers_file_changes_waits_for_the_supplier(world: World) -> None:
    tell(world)
    imported(world, NEW)
    changed = NEW.replace(",,{}", ",2025-05-06,{}")

    done = imported(world, changed, by="northwind", update="delivered")

    assert (done.amended, done.proposed) == (0, 1)
    assert now(world).lines[0].dates == {}


@pytest.mark.parametrize(
    ("column", "value"), [("delivered", "2025-05-06"), ("cancelled", "2"), ("charge", "ch_1")]
)
def test_a_file_that_is_imported_again_proposes_nothing_twice(
    world: World, column: str, value: str
) -> None:
    tell(world)
    imported(world, NEW)
    head, row = HEAD, NEW
    if column == "charge":
        head, row = f"{HEAD},charge,paid", f"{NEW},ch_1,120.00"
    else:
        cells = dict(zip(HEAD.split(","), NEW.split(","), strict=True))
        row = ",".join({**cells, column: value}.values())

    done = [imported(world, row, by="northwind", update="nightly", head=head) for _ in range(3)]

    assert [(each.amended, each.proposed) for each in done] == [(0, 1)] * 3
    with world.store.session():
        assert len(world.store.amendments.of(found(world).order.id)) == 1


def test_what_waits_for_an_order_that_is_gone_waits_no_more(world: World) -> None:
    tell(world)
    add(world, "northwind", order())
    waits = amend(world, "northwind", dates={"delivered": "2025-05-05"})
    assert waits is not None
    answer(world, order=True, declined="not ours")
    with world.store.session():
        row = world.store.amendments._tables.Amendment[waits.id]
        row.standing = Standing.PROPOSED  # as payments of declined orders were kept before

    assert waiting(world) == []
    add(world, "northwind", order())
    assert waiting(world) == [now(world).order.id]


def waiting(world: World) -> list[str]:
    with world.store.session():
        asked = ListQuery(principal=world.principals["acme"], sort="LONGEST")
        return list(world.store.lists.every(WAITING_ORDERS, asked))
