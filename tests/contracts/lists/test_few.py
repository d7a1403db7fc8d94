"""A filter that hardly a row fits finds its rows, and does not go through all in their order."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from adapters.identity.principal import Kind, Principal, Role
from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.lists.of_orders import ORDERS
from adapters.store.lists.statements import ListQuery, Statement
from tests.contracts.conftest import NOW


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    path = tmp_path_factory.mktemp("few") / "takeback.sqlite"
    open_store(SqliteFile(path=Path(path)), lambda: NOW).close()
    return sqlite3.connect(path)


@pytest.mark.parametrize("kind", [Kind.SUPPLIER, Kind.RETAILER])
@pytest.mark.parametrize("sort", ["NEWEST", "NUMBER", "LAST_DAY"])
def test_an_order_is_found_by_its_number(
    database: sqlite3.Connection, kind: Kind, sort: str
) -> None:
    who = Principal(tenant="t", handle="t", kind=kind, role=Role(kind.value), key_id="")
    asked = ListQuery(principal=who, sort=sort, filters={"number": "N1"})
    statement = Statement(ORDERS, asked, hinted=True)

    plan = database.execute(
        f"EXPLAIN QUERY PLAN {statement.page((), most=21, from_end=False)}", statement.values
    ).fetchall()

    assert f"({kind.value}=? AND number=?" in plan[0][-1]
