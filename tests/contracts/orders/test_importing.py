"""A file adds orders; it changes those that are there only where it is asked to."""

from __future__ import annotations

import pytest

from adapters.store.orders_csv import CsvFaults
from services.orders.importing import Imported, import_orders
from tests.contracts.conftest import World
from tests.contracts.orders.building import facts, now, tell

HEAD = "order,line,sku,quantity,unit_price,currency,ordered,delivered,partner,cancelled,location"
NEW = "R-1,1,LAMP-1,3,40.00,USD,2025-05-01,,{},,"
MORE = "R-1,2,SHOE-9,1,9.50,USD,2025-05-01,,{},,"


def imported(world: World, *rows: str, by: str = "acme", update: str | None = None) -> Imported:
    other = "northwind" if by == "acme" else "acme"
    text = "\n".join((HEAD, *(row.format(other) for row in rows))) + "\n"
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


def test_what_a_retailers_file_changes_waits_for_the_supplier(world: World) -> None:
    tell(world)
    imported(world, NEW)
    changed = NEW.replace(",,{}", ",2025-05-06,{}")

    done = imported(world, changed, by="northwind", update="delivered")

    assert (done.amended, done.proposed) == (0, 1)
    assert now(world).lines[0].dates == {}
