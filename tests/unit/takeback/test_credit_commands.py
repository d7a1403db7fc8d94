"""The command that shows account credit, on a database of its own."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.identity.principal import Kind
from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.money.credit.records import Between, Of
from engine.settlement.ledger import EntryKind, Posting
from takeback.app import app

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """`acme` credited `north` 50.00 in October, and 12.00 of it were used in November."""
    file, clock = tmp_path / "own.sqlite", [datetime(2026, 10, 31, 23, 59, tzinfo=UTC)]
    store = open_store(SqliteFile(path=file), lambda: clock[0])
    with store.session():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        north = store.partners.add("north", "North", Kind.RETAILER)
        store.partners.add("south", "South", Kind.RETAILER)
        store.partnerships.join(acme, north)
        of = Between(supplier=acme.id, retailer=north.id, currency="USD")
        credit = Posting(kind=EntryKind.CREDIT, amount=5_000)
        store._posted.post(of, credit, Of(settlement="st_1"), "tests")
        clock[0] = datetime(2026, 11, 1, tzinfo=UTC)
        store.spending.use(of, 1_200, 'INV "7", part', "tests")
    store.close()

    def run(month: str = "2026-11", *more: str, retailer: str = "north") -> Result:
        said = ["--supplier", "acme", "--retailer", retailer, "--month", month]
        database = ["--database", f"sqlite:///{file}"]
        more = more if "--currency" in more else ("--currency", "USD", *more)
        return CliRunner().invoke(app, ["credit", "statement", *said, *more, *database])

    return run


def test_a_month_opens_where_the_one_before_closed(call: Call) -> None:
    october, november = call("2026-10").output, call("2026-11").output

    assert "opening  USD 0.00" in october
    assert "1  2026-10-31  credit  USD 50.00  st_1" in october
    assert "closing  USD 50.00" in october
    assert "opening  USD 50.00" in november
    assert 'use  USD 12.00  INV "7", part' in november
    assert "closing  USD 38.00, after 1 movement" in november


def test_a_statement_is_written_as_csv(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "november.csv"
    call("2026-11", "--csv", str(file))
    with file.open(encoding="utf-8", newline="") as text:
        (row,) = csv.DictReader(text)

    assert (row["number"], row["kind"], row["amount"], row["balance"]) == (
        *("2", "use", "12.00", "38.00"),
    )
    assert (row["taken_from"], row["given_to"], row["invoice"]) == (
        *("credited", "used", 'INV "7", part'),
    )
    assert row["at"] == "2026-11-01T00:00:00Z"


@pytest.mark.parametrize(
    ("month", "more", "retailer", "said"),
    [
        ("11-2026", (), "north", "no month"),
        ("2026-11", ("--currency", "usd"), "north", "not a currency"),
        ("2026-11", (), "south", "not joined"),
        ("2026-11", (), "nobody", "nobody"),
    ],
)
def test_what_is_wrong_is_said(
    call: Call, month: str, more: tuple[str, ...], retailer: str, said: str
) -> None:
    done = call(month, *more, retailer=retailer)

    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


def test_a_file_that_cannot_be_written_is_said(call: Call, tmp_path: Path) -> None:
    done = call("2026-11", "--csv", str(tmp_path))

    assert done.exit_code == 2
    assert "Is a directory" in done.output
