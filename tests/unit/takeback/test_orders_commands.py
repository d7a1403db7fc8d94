"""The commands about orders, on a database of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.identity.principal import Kind
from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.records import Product
from takeback.app import app

ORDERS = """\
order,line,sku,quantity,unit_price,currency,ordered
N-1,1,KETTLE,3,40.00,USD,2026-01-02
"""


@pytest.fixture
def call(tmp_path: Path):
    file = tmp_path / "own.sqlite"
    store = open_store(SqliteFile(path=file))
    with store.session():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        store.partnerships.join(acme, store.partners.add("north", "North", Kind.RETAILER))
        store.goods.put(acme, [Product(sku="KETTLE", title="Kettle", facts={})])
    store.close()
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")

    def run(*words: str, said: str = "") -> Result:
        database = f"sqlite:///{file}"
        return CliRunner().invoke(app, [*words, "--database", database], input=said)

    return run


def imported(call, tmp_path: Path, by: str, other: str, *more: str) -> Result:
    return call(
        "orders", "import", str(tmp_path / "orders.csv"), "--by", by, "--partner", other, *more
    )


def test_what_a_retailer_imports_is_listed_and_confirmed(call, tmp_path: Path) -> None:
    done = imported(call, tmp_path, "north", "acme")
    listed = call("orders", "list", "--by", "acme").output
    kept = call("orders", "confirm", "N-1", "--by", "acme", said="n\n")
    call("orders", "confirm", "N-1", "--by", "acme", said="y\n")

    assert "1 proposal for the supplier to confirm" in done.output
    assert "N-1" in listed
    assert "`acme` confirms the orders" in " ".join(listed.split())
    assert kept.exit_code == 1
    assert "no order waits" in call("orders", "list", "--by", "acme").output


def test_the_lines_of_a_proposal_are_listed_with_their_tax(call, tmp_path: Path) -> None:
    text = ORDERS.replace("ordered\n", "ordered,tax\n").replace("-02\n", "-02,9.60\n")
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    imported(call, tmp_path, "north", "acme")

    listed = " ".join(call("orders", "list", "--by", "acme").output.split())

    assert "line 1 3 x KETTLE at USD 40.00, tax USD 9.60" in listed


def test_the_list_shows_all_that_is_confirmed_by_it(call, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        "order,line,sku,quantity,unit_price,currency,ordered,country,channel,membership\n"
        "N-1,1,KETTLE,3,40.00,USD,2026-01-02,US,web,gold\n"
        "N-1,2,KETTLE,1,39.50,USD,2026-01-02,US,web,silver\n",
        encoding="utf-8",
    )
    imported(call, tmp_path, "north", "acme")
    paid = ORDERS.replace("ordered\n", "ordered,paid,charge\n").replace(
        "-02\n", "-02,120.00,ch_1\n"
    )
    (tmp_path / "orders.csv").write_text(paid.replace("N-1", "N-2"), encoding="utf-8")
    imported(call, tmp_path, "north", "acme")

    listed = call("orders", "list", "--by", "acme").output

    for shown in (
        "ordered 2026-01-02, to US, channel web",
        "line 1  3 x KETTLE at USD 40.00, membership gold",
        "line 2  1 x KETTLE at USD 39.50, membership silver",
        "paid USD 120.00 by ch_1",
    ):
        assert shown in listed, listed


@pytest.mark.parametrize("step", ["confirm", "decline"])
def test_where_nothing_waits_of_an_order_it_is_said(call, tmp_path: Path, step: str) -> None:
    imported(call, tmp_path, "north", "acme")
    call("orders", "confirm", "N-1", "--by", "acme", "--yes")
    waits = tmp_path / "orders.csv"
    waits.write_text(ORDERS.replace("N-1", "N-2"), encoding="utf-8")
    imported(call, tmp_path, "north", "acme")
    reason = ("--reason", "not ours") if step == "decline" else ()

    done = [
        call("orders", step, *numbers, "--by", "acme", "--yes", *reason)
        for numbers in (("N-1",), ("N-2", "N-1"))
    ]

    for each in done:
        assert each.exit_code == 2
        assert "Nothing waits of `N-1`: it is confirmed." in " ".join(each.output.split())
    assert "N-2" in call("orders", "list", "--by", "acme").output


def test_an_order_that_is_named_twice_is_answered_once(call, tmp_path: Path) -> None:
    imported(call, tmp_path, "north", "acme")

    done = call("orders", "confirm", "N-1", "N-1", "--by", "acme", "--yes")

    assert (done.exit_code, "1 order confirmed" in done.output) == (0, True)


def test_a_date_that_is_misspelt_has_its_nearest_name(call, tmp_path: Path) -> None:
    imported(call, tmp_path, "acme", "north")

    done = call("orders", "update", "N-1", "--by", "acme", "--date", "deliverd=2026-01-05")
    stands = call("orders", "update", "N-1", "--by", "acme", "--date", "ordered=2026-01-05")

    assert (done.exit_code, stands.exit_code) == (2, 2)
    assert "Did you mean `delivered`?" in " ".join(done.output.split())
    assert "`ordered` stands as it was said" in " ".join(stands.output.split())


def test_what_may_be_told_is_set_word_by_word(call, tmp_path: Path) -> None:
    set_ = call("partner", "may-tell", "acme", "north", "orders", "delivered")
    imported(call, tmp_path, "north", "acme")

    assert "delivered, orders" in set_.output
    assert "no order waits" in call("orders", "list", "--by", "acme").output
    assert ": nothing" in call("partner", "may-tell", "acme", "north").output


def test_a_declined_order_waits_no_more(call, tmp_path: Path) -> None:
    imported(call, tmp_path, "north", "acme")

    said = ("orders", "decline", "N-1", "--by", "acme", "--reason", "not ours", "--yes")

    assert call(*said).exit_code == 0
    assert "no order waits" in call("orders", "list", "--by", "north").output
    assert call(*said).exit_code == 2


def test_units_are_cancelled_after_a_question(call, tmp_path: Path) -> None:
    imported(call, tmp_path, "acme", "north")
    words = ("orders", "update", "N-1", "--by", "acme", "--cancel", "1=2")

    asked = call(*words, "--reason", "none left", said="n\n")
    silent = call(*words, "--yes")
    done = call(*words, "--reason", "none left", "--yes")
    more = call(*words, "--reason", "none left", "--yes")

    assert asked.exit_code == 1
    assert (silent.exit_code, "Say why" in silent.output) == (2, True)
    assert (done.exit_code, "N-1 amended" in done.output) == (0, True)
    assert (more.exit_code, "so 1 can be" in more.output) == (2, True)


def test_days_and_parcels_are_amended_and_a_retailers_wait(call, tmp_path: Path) -> None:
    imported(call, tmp_path, "acme", "north")
    days = ("--delivered", "2026-01-05", "--shipped", "2026-01-03", "--date", "promised=2026-01-04")

    done = call("orders", "update", "N-1", "--by", "acme", *days, "--tracking", "UPS=1Z")
    waits = call("orders", "update", "N-1", "--by", "north", "--delivered", "2026-01-06")
    listed = call("orders", "list", "--by", "north").output

    assert (done.exit_code, waits.exit_code) == (0, 0)
    assert "waits for the supplier" in waits.output
    assert "delivered 2026-01-06" in listed


def test_the_place_of_a_line_is_said_and_listed(call, tmp_path: Path) -> None:
    imported(call, tmp_path, "acme", "north")
    words = ("orders", "update", "N-1", "--by", "acme", "--location")
    put = ("products", "place", "main", "--by", "acme", "--name", "Dock", "--country", "US")

    unknown = call(*words, "1=main")
    call(*put, "--line", "1 Dock Road")
    done = call(*words, "1=main")
    again = call(*words, "2=main")
    call("orders", "update", "N-1", "--by", "north", "--location", "1=main")

    assert (unknown.exit_code, "There is no location `main`" in unknown.output) == (2, True)
    assert done.exit_code == 0, done.output
    assert "no line `2`" in again.output
    assert "line 1 from main" in call("orders", "list", "--by", "acme").output


@pytest.mark.parametrize("cancel", ["1", "1=", "1=many", "=2", "1=0"])
def test_units_that_are_no_number_are_named(call, tmp_path: Path, cancel: str) -> None:
    imported(call, tmp_path, "acme", "north")

    result = call("orders", "update", "N-1", "--by", "acme", "--cancel", cancel, "--yes")

    assert result.exit_code == 2
