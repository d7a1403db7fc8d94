"""What a session has changed is written once, and seen by each of its reads all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address
from adapters.store.connection.own import Own, reading
from adapters.store.connection.provider import PostgresProvider, SqliteProvider
from adapters.store.connection.statements import tables_in
from adapters.store.database import Store, open_store
from adapters.store.tables import locked, select
from tests.contracts.conftest import NOW


@pytest.fixture
def store(empty: Address) -> Iterator[Store]:
    store = open_store(empty, lambda: NOW)
    with store.session():
        for handle in ("acme", "globex"):
            store.partners.add(handle, handle, Kind.SUPPLIER)
    yield store
    store.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Statements by their first word."""
    counted: Counter[str] = Counter()
    for kind in (SqliteProvider, PostgresProvider):
        execute = kind.execute

        def counting(self: Any, cursor: Any, sql: str, *rest: Any, execute: Any = execute) -> Any:
            counted[sql.split(maxsplit=1)[0]] += 1
            return execute(self, cursor, sql, *rest)

        monkeypatch.setattr(kind, "execute", counting)
    return counted


def test_a_read_of_a_table_that_was_changed_sees_the_change(store: Store) -> None:
    rows: Any = store.partners._tables.Partner
    with store.session():
        found = store.partners.by_handle("acme")
        assert found is not None
        rows[found.id].name = "Acme"
        seen = store.partners.visible(store.partners.acting(found), found.id)
        with reading(rows):
            names = set(select(p.name for p in rows))

    assert seen is not None
    assert (seen.name, names) == ("Acme", {"Acme", "globex"})


def test_a_row_that_is_changed_between_reads_of_other_tables_is_written_once(
    store: Store, sent: Counter[str]
) -> None:
    partners: Any = store.partners._tables.Partner
    orders: Any = store.partners._tables.Order
    with store.session():
        row = partners.get(handle="acme")
        sent.clear()
        for name in ("A", "B", "C"):
            row.name = name
            with reading(orders):
                assert not list(select(o for o in orders if o.number == name))
        assert sent["UPDATE"] == 0

    assert sent["UPDATE"] == 1


def test_rows_are_locked_by_one_statement(store: Store, sent: Counter[str]) -> None:
    rows: Any = store.partners._tables.Partner
    with store.writing():
        sent.clear()
        found = locked(select(p for p in rows).order_by(rows.handle))

    assert [row.handle for row in found] == ["acme", "globex"]
    assert sent.total() == 1


def test_what_a_session_has_to_itself_is_gone_with_it(store: Store) -> None:
    own = Own[list[int]](store._database, list)
    with store.session():
        own.here().append(1)
        assert own.here() == [1]
        store.rest()
        assert own.here() == []
    with store.session():
        assert own.here() == []


def test_a_statement_names_its_tables() -> None:
    sql = 'SELECT r.id FROM "goods_return" r LEFT JOIN return_line l ON l.part_of = r.id'
    assert tables_in(sql) == {"goods_return", "return_line"}
    assert "partnership" in tables_in("SELECT value FROM stamp")
    with pytest.raises(ValueError, match="no table"):
        tables_in("SELECT 1")
