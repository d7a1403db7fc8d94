"""A decision is never replaced, and whoever tries keeps nothing of what came with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing

import pytest
from msgspec.structs import replace

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address, SqliteFile
from adapters.store.database import Store, open_store
from adapters.store.records import Decided
from engine.errors import RequestFault
from tests.contracts.conftest import World
from tests.contracts.test_store_orders import decided


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_a_decision_that_would_replace_one_undoes_all_that_comes_with_it(
    world: World, *, first: bool
) -> None:
    store, acme = world.store, world.principals["acme"]
    there, other = decided(world), replace(decided(world), id="d2")
    changed = replace(there, digest="0" * 64)
    with store.session():
        store.decisions.add([there])

    with pytest.raises(RequestFault, match="ask again"):
        _add_late(store, [changed, other] if first else [other, changed])

    with store.session():
        assert store.decisions.visible(acme, "d1") == there
        assert store.decisions.visible(acme, "d2") is None
        assert store.partners.by_handle("late") is None

    with store.session():
        store.decisions.add([other])
    with store.session():
        assert store.decisions.visible(acme, "d2") == other


def _add_late(store: Store, decisions: Sequence[Decided]) -> None:
    with store.session():
        store.partners.add("late", "Late", Kind.RETAILER)
        store.decisions.add(decisions)


def test_who_replaces_a_decision_by_plain_sql_loses_the_whole_transaction(
    make_empty: Callable[[str], Address],
) -> None:
    """SQLite then has nothing to copy for an insert, which costs as much as the insert itself."""
    address = make_empty("sqlite")
    assert isinstance(address, SqliteFile)
    open_store(address).close()
    add = "INSERT OR {} INTO decision VALUES ('{}'" + ", ''" * 17 + ")"
    with closing(sqlite3.connect(address.path, isolation_level=None)) as other:
        other.execute(add.format("ABORT", "d1"))
        for way in ("ABORT", "FAIL", "IGNORE", "REPLACE", "ROLLBACK"):
            other.execute("BEGIN")
            other.execute(add.format(way, "d2"))
            with pytest.raises(sqlite3.IntegrityError, match="decision is written once"):
                other.execute(add.format(way, "d1"))
            assert not other.in_transaction
            assert other.execute("SELECT id FROM decision").fetchall() == [("d1",)]
