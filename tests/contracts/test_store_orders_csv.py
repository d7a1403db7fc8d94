"""A file of orders is stored whole, or every fault in it is named by line and column."""

from __future__ import annotations

import pytest

from adapters.store.orders_csv import CsvFaults
from engine.settlement.instruments import PaymentReferences
from services.orders.importing import import_orders
from tests.contracts.conftest import World

HEAD = "order,line,sku,quantity,unit_price,currency,ordered,delivered,partner"


def imported(world: World, *rows: str, head: str = HEAD) -> int:
    text = "\n".join((head, *rows)) + "\n"
    with world.store.session():
        return len(import_orders(world.store, world.principals["northwind"], text).added)


def faults(world: World, *rows: str, head: str = HEAD) -> list[tuple[int, str, str]]:
    with pytest.raises(CsvFaults) as raised:
        imported(world, *rows, head=head)
    return [(each.line, each.column, each.code) for each in raised.value.faults]


def test_rows_of_one_number_are_one_order(world: World) -> None:
    count = imported(
        world,
        "R-1,1,LAMP-1,2,40.00,USD,2025-05-01,2025-05-05,acme",
        "R-1,2,SHOE-9,1,9.5,USD,2025-05-01,2025-05-07,acme",
        "R-2,1,LAMP-1,1,40,USD,2025-05-02,,acme",
    )
    with world.store.session():
        (one, _) = world.store.orders.numbered(world.principals["northwind"], ["R-1", "R-2"])

    assert count == 2
    assert [str(line.unit_price) for line in one.lines] == ["USD 40.00", "USD 9.50"]
    assert [line.dates["delivered"] for line in one.lines] == ["2025-05-05", "2025-05-07"]


def test_every_fault_is_named_by_line_and_column(world: World) -> None:
    found = faults(
        world,
        "R-1,1,LAMP-1,2,40.00,USD,2025-05-01,2025-05-05,acme",
        "R-1,1,LAMP-7,2,-40.00,USD,2025-05-01,2025-04-05,acme",
        "R-2,1,LAMP-1,0,40.00,DOLLAR,2025-05-01,,acme",
        "R-3,1,LAMP-1,many,40.001,USD,2025-05-01,,acme",
        "R-4,1,LAMP-1,1,40.00,USD,1 May,,globex",
        "R-5,1,LAMP-1,1,40.00,USD,1 May,,acme",
    )

    assert found == [
        (3, "line", "duplicate_line"),
        (3, "sku", "unknown_sku"),
        (3, "unit_price", "negative_money"),
        (3, "delivered", "dates_reversed"),
        (4, "currency", "unknown_currency"),
        (4, "quantity", "wrong_quantity"),
        (5, "quantity", "wrong_number"),
        (5, "unit_price", "wrong_money"),
        (6, "partner", "unknown_partner"),
        (7, "ordered", "wrong_date"),
    ]
    with world.store.session():
        assert world.store.orders.numbered(world.principals["northwind"], ["R-1"]) == ()


def test_columns_are_checked_before_rows(world: World) -> None:
    assert faults(world, head="order,line,sku,quantity,unit_prise,currency,ordered,sku") == [
        (1, "sku", "duplicate_column"),
        (1, "unit_prise", "unknown_column"),
        (1, "sku", "duplicate_column"),
        (1, "unit_price", "missing_column"),
    ]


def test_a_column_for_the_other_side_is_named_rightly(world: World) -> None:
    with pytest.raises(CsvFaults) as raised:
        imported(world, head=f"{HEAD},supplier")

    assert "stands under `partner`" in str(raised.value)


def test_rows_of_one_order_must_agree(world: World) -> None:
    assert faults(
        world,
        "R-1,1,LAMP-1,2,40.00,USD,2025-05-01,,acme",
        "R-1,2,LAMP-1,2,40.00,USD,2025-05-02,,acme",
    ) == [(3, "ordered", "differs")]


def test_a_row_of_another_length_or_an_open_quote_is_a_fault(world: World) -> None:
    assert faults(world, "R-1,1") == [(2, "file", "wrong_row")]
    assert faults(world, 'R-1,"1') == [(2, "file", "not_csv")]


@pytest.mark.parametrize(("sign", "name"), [(";", "`;`"), ("\t", "tabs"), ("|", "`|`")])
def test_a_file_with_another_sign_between_values_has_one_fault(
    world: World, sign: str, name: str
) -> None:
    with pytest.raises(CsvFaults) as raised:
        imported(world, head=HEAD.replace(",", sign))

    said = f"Values are separated by commas here, and not by {name}."
    assert [(each.line, each.message) for each in raised.value.faults] == [(1, said)]


def test_a_file_has_a_largest_size(world: World) -> None:
    assert faults(world, "x" * 5_000_001)[0][2] == "too_large"


@pytest.mark.parametrize(
    "character", ["\0", "\ud800", "\u202e", "\u200b", "\u200e", "\u00ad", "\u2800"]
)
def test_a_character_that_cannot_be_seen_is_named_by_its_cell(world: World, character: str) -> None:
    row = f"R-1,1,LAMP-1,2,40.00,USD,2025-05-01,,ac{character}me"

    [(line, column, code)] = faults(world, row)
    assert (line, code) == (2, "hidden_character")
    assert column == HEAD.split(",")[8]


def test_a_file_that_is_empty_or_has_no_rows_is_told_once(world: World) -> None:
    for text, said in (("", "The file is empty"), (HEAD + "\n", "There are no rows below")):
        with pytest.raises(CsvFaults) as raised, world.store.session():
            import_orders(world.store, world.principals["acme"], text)

        [fault] = raised.value.faults
        assert fault.message.startswith(said)


@pytest.mark.parametrize("number", ["\uff11\uff12\uff13", "א\u200e1"])
def test_a_number_is_written_as_it_is_found(world: World, number: str) -> None:
    row = f"{number},1,LAMP-1,2,40.00,USD,2025-05-01,,acme"

    assert faults(world, row) == [(2, "order", "wrong_number")]


def test_a_suppliers_file_says_how_orders_were_paid(world: World) -> None:
    head = "order,line,sku,quantity,unit_price,currency,ordered,partner,paid,charge,customer"
    text = f"{head}\nR-9,1,LAMP-1,2,40.00,USD,2025-05-01,northwind,80.00,ch_1,cus_1\n"
    with world.store.session():
        [made] = import_orders(world.store, world.principals["acme"], text).added

    with world.store.session():
        [paid] = world.store.payments.of_order(made.order.id, made.order.supplier.id)
    assert (str(paid.amount), paid.ways) == (
        "USD 80.00",
        PaymentReferences(charge="ch_1", customer="cus_1"),
    )


def test_faults_of_a_payment_are_named_by_column(world: World) -> None:
    head = f"{HEAD},paid,charge"
    row = "R-9,1,LAMP-1,2,40.00,USD,2025-05-01,,acme"

    found = faults(world, f"{row},,ch_1", f"R-8{row[3:]},80.001,", f"R-7{row[3:]},1,", head=head)

    assert found == [
        (2, "paid", "missing_column"),
        (3, "paid", "wrong_money"),
        (3, "paid", "wrong_amount"),
    ]


def test_a_file_may_say_the_tax_of_a_line(world: World) -> None:
    head = f"{HEAD},tax"
    imported(
        world,
        "R-1,1,LAMP-1,2,40.00,USD,2025-05-01,2025-05-05,acme,7.60",
        "R-1,2,SHOE-9,1,9.5,USD,2025-05-01,2025-05-07,acme,",
        head=head,
    )
    with world.store.session():
        (one,) = world.store.orders.numbered(world.principals["northwind"], ["R-1"])

    assert [line.tax for line in one.lines] == [760, 0]
    wrong = "R-2,1,LAMP-1,2,40.00,USD,2025-05-01,,acme,{}"
    assert faults(world, wrong.format("7.605"), head=head) == [(2, "tax", "wrong_money")]
    assert faults(world, wrong.format("-7.60"), head=head) == [(2, "tax", "negative_money")]
