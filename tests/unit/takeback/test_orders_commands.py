"""The commands about orders, on a database of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.identity.principal import Kind
from adapters.store.database import open_store
from adapters.store.place.address import SqliteFile
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
        store.partners.join(acme, store.partners.add("north", "North", Kind.RETAILER))
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


@pytest.mark.parametrize("cancel", ["1", "1=", "1=many", "=2", "1=0"])
def test_units_that_are_no_number_are_named(call, tmp_path: Path, cancel: str) -> None:
    imported(call, tmp_path, "acme", "north")

    result = call("orders", "update", "N-1", "--by", "acme", "--cancel", cancel, "--yes")

    assert result.exit_code == 2
