"""Two at once are told apart, a lost database is told, and the next who asks is answered."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from adapters.identity.principal import Kind
from adapters.store import mapping
from adapters.store.connection.address import Address, PostgresDatabase, SqliteFile
from adapters.store.database import Store, open_store
from engine.errors import RequestFault
from tests.contracts.conftest import NOW, World
from tests.contracts.test_store_editions import publish
from tests.contracts.test_store_orders import decided
from tests.contracts.test_store_publishing import code, published
from tests.postgres import run_in

OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def run_sql(address: Address, sql: str) -> None:
    if isinstance(address, SqliteFile):
        with closing(sqlite3.connect(address.path)) as file, file:
            file.execute("PRAGMA foreign_keys = ON")
            file.execute(sql)
    else:
        with run_in(address) as cursor:
            cursor.execute(sql)


def both(*work: Callable[[], object]) -> list[str]:
    """What became of calls in threads of their own: `done`, or the code of a fault."""

    def call(each: Callable[[], object]) -> str:
        try:
            each()
        except RequestFault as fault:
            return fault.code
        return "done"

    with ThreadPoolExecutor(len(work)) as pool:
        return sorted(pool.map(call, work))


def test_two_who_change_the_same_row_do_not_both_succeed(world: World) -> None:
    store, acme, barrier = world.store, world.principals["acme"], threading.Barrier(2)

    def change(rate: str) -> None:
        with store.session(), store.atomic():
            key = store.partnerships.all_of(acme)[0].id
            barrier.wait()
            store.partnerships.set_terms(acme, key, "acme/standard", {"rate": rate})

    assert both(lambda: change("5%"), lambda: change("9%")) == ["conflict", "done"]


def test_a_session_without_a_block_of_its_own_tells_a_conflict_as_well(world: World) -> None:
    store, acme, barrier = world.store, world.principals["acme"], threading.Barrier(2)

    def keep() -> None:
        with store.session():
            barrier.wait()
            store.idempotency.keep(acme, "k", ("publish", "a"), "one")

    assert both(keep, keep) == ["conflict", "done"]


def test_two_who_wait_for_each_other_are_parted(
    make_empty: Callable[[str], Address],
) -> None:
    store, barrier = open_store(make_empty("postgresql")), threading.Barrier(2)
    with store.session():
        one, two = (store.partners.add(each, each, Kind.SUPPLIER).id for each in ("one", "two"))

    def hold(first: str, second: str) -> None:
        with store.session(), store.atomic():
            store.partners.hold(first)
            barrier.wait()
            store.partners.hold(second)

    assert both(lambda: hold(one, two), lambda: hold(two, one)) == ["conflict", "done"]
    store.close()


def test_policies_that_no_order_tells_apart_are_not_published_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, barrier = world.store.partners.hold, threading.Barrier(2)

    def hold_when_both_are_there(partner_id: str) -> None:
        barrier.wait()
        hold(partner_id)

    monkeypatch.setattr(world.store.partners, "hold", hold_when_both_are_there)
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda name: published(world, policy=name), ("acme/one", "acme/two"))

    assert sorted(code(each) for each in answers) == ["published", "selection_tie"]


@pytest.fixture
def server_store(make_empty: Callable[[str], Address]) -> tuple[Store, PostgresDatabase]:
    address = make_empty("postgresql")
    assert isinstance(address, PostgresDatabase)
    return open_store(address), address


def test_a_connection_lost_between_sessions_is_made_again(
    server_store: tuple[Store, PostgresDatabase],
) -> None:
    store, address = server_store
    for handle in ("one", "two"):
        with store.session(), store.atomic():
            store.partners.add(handle, handle, Kind.SUPPLIER)
        run_sql(address, OTHERS)

    with store.session():
        assert store.partners.by_handle("one")
        assert store.partners.by_handle("two")
    store.close()


@pytest.mark.parametrize("at", ["before writing", "while writing", "at the end"])
def test_a_connection_lost_in_a_session_is_told_and_the_next_one_works(
    server_store: tuple[Store, PostgresDatabase], at: str
) -> None:
    store, address = server_store

    def lose(now: str) -> None:
        if now == at:
            run_sql(address, OTHERS)

    def work() -> None:
        with store.session(), store.atomic():
            store.partners.by_handle("one")
            lose("before writing")
            store.partners.hold(store.partners.add("one", "One", Kind.SUPPLIER).id)
            lose("while writing")
            store.partners.add("two", "Two", Kind.SUPPLIER)
            store.partners.by_handle("two")
            lose("at the end")

    kept = at == "before writing"
    assert both(work) == (["done"] if kept else ["unavailable"])
    with store.session():
        assert bool(store.partners.by_handle("one")) is kept
        store.partners.add("three", "Three", Kind.SUPPLIER)
    store.close()


def test_a_server_that_lets_nobody_in_is_told_until_it_does(
    server_store: tuple[Store, PostgresDatabase],
) -> None:
    store, address = server_store

    def look() -> None:
        with store.session():
            store.partners.by_handle("one")

    postgres = replace(address, name="postgres")
    run_sql(postgres, f"ALTER DATABASE {address.name} ALLOW_CONNECTIONS false")
    closed = both(look)
    run_sql(postgres, f"ALTER DATABASE {address.name} ALLOW_CONNECTIONS true")

    assert closed == ["unavailable"]
    assert both(look) == ["done"]
    store.close()


def test_a_file_that_stays_locked_is_told_after_the_wait(
    make_empty: Callable[[str], Address], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "BUSY_SECONDS", 0.05)
    address = make_empty("sqlite")
    assert isinstance(address, SqliteFile)
    store = open_store(address)

    def add() -> None:
        with store.session(), store.atomic():
            store.partners.add("one", "One", Kind.SUPPLIER)

    with closing(sqlite3.connect(address.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = both(add)
        other.execute("ROLLBACK")

    assert locked == ["unavailable"]
    assert both(add) == ["done"]
    store.close()


def test_who_reads_on_after_a_commit_lets_others_write(
    make_empty: Callable[[str], Address],
) -> None:
    address = make_empty("sqlite")
    assert isinstance(address, SqliteFile)
    store = open_store(address)
    with store.session():
        with store.atomic():
            store.partners.add("one", "One", Kind.SUPPLIER)
        assert store.partners.by_handle("two") is None
        with closing(sqlite3.connect(address.path, isolation_level=None, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
    store.close()


@pytest.mark.parametrize(
    ("table", "sql"),
    [
        ("edition", "UPDATE edition SET digest = 'other'"),
        ("edition", "DELETE FROM edition"),
        ("edition", "DELETE FROM partner"),
        ("decision", "UPDATE decision SET digest = 'other'"),
        ("decision", "DELETE FROM decision"),
    ],
)
def test_what_is_written_once_is_kept_even_from_plain_sql(
    world: World, address: Address, table: str, sql: str
) -> None:
    edition = publish(world, "acme/standard")
    with world.store.session():
        world.store.decisions.add([decided(world)])

    with pytest.raises(Exception, match=f"{table} is written once"):
        run_sql(address, sql)

    with world.store.session():
        assert world.store.editions.by_id(edition.id) == edition
        assert world.store.decisions.visible(world.principals["acme"], "d1") == decided(world)


@pytest.mark.parametrize("table", ["edition", "decision"])
def test_what_is_written_once_is_neither_replaced_nor_emptied(
    world: World, address: Address, table: str
) -> None:
    publish(world, "acme/standard")
    with world.store.session():
        world.store.decisions.add([decided(world)])
    sqlite = isinstance(address, SqliteFile)
    sql = (
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
        if sqlite
        else f"TRUNCATE {table} CASCADE"
    )

    with pytest.raises(Exception, match=f"{table} is written once"):
        run_sql(address, sql)


def test_a_server_of_other_customs_gives_back_the_same_moment(
    make_empty: Callable[[str], Address],
) -> None:
    address = make_empty("postgresql")
    assert isinstance(address, PostgresDatabase)
    for said in ("timezone = 'Asia/Kathmandu'", "datestyle = 'German'", "bytea_output = 'escape'"):
        run_sql(address, f"ALTER DATABASE {address.name} SET {said}")
    store = open_store(address, lambda: NOW)
    with store.session():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        northwind = store.partners.add("northwind", "Northwind", Kind.RETAILER)
        world = World(
            store=store,
            partners={"acme": acme, "northwind": northwind},
            principals={"acme": store.partners.acting(acme)},
        )
        store.decisions.add([decided(world)])
    edition = publish(world, "acme/standard")

    for _ in range(2):  # a connection that was reset after its first session
        with store.session():
            assert store.decisions.visible(world.principals["acme"], "d1") == decided(world)
            assert store.editions.by_id(edition.id).published_at == NOW
    store.close()
