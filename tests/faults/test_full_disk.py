"""A database that cannot write, stays locked or lacks a table is unavailable, also by `/health`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from typing import Any

import pytest

from adapters.store import mapping
from adapters.store.connection.address import Address, PostgresDatabase, SqliteFile
from adapters.store.database import Store, open_store
from engine.errors import RequestFault
from takeback import health
from takeback.settings import Profile
from tests.api.conftest import Served, serve
from tests.locking import locked
from tests.postgres import run_in

STOCK = {"query": "{ stock(page: {first: 1}) { totalCount } }"}


@pytest.fixture
def served(address: Address, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server of this test's own, whose health is looked at whenever it is asked for.

    Its clock stands still, and is not compared with that of the database's server.
    """
    monkeypatch.setattr(health, "KEPT", 0.0)
    monkeypatch.setattr(Store, "seconds_ahead", lambda _: 0.0)
    yield from serve(address, Profile.DEVELOPMENT)


def put_products(served: Served, many: int) -> dict[str, Any]:
    goods = [{"sku": f"SKU-{at}", "title": "A title " * 20} for at in range(many)]
    return served.callers["acme"].answer("PutProducts", input={"products": goods})


def test_a_server_that_is_well_says_so(served: Served) -> None:
    for _ in range(3):
        answer = served.http.get("/health")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_full_disk_is_said_until_there_is_room_again(
    make_empty: Callable[[str], Address], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite is told the most pages of its file, and answers as for a disk that is full."""
    monkeypatch.setattr(health, "KEPT", 0.0)
    tight, prepare = [False], mapping._prepare

    def prepared(database: Any, connection: Any) -> None:
        prepare(database, connection)
        connection.execute(f"PRAGMA max_page_count = {1 if tight[0] else 1_000_000}")

    monkeypatch.setattr(mapping, "_prepare", prepared)
    file = make_empty("sqlite")
    serving = serve(file, Profile.DEVELOPMENT)
    served = next(serving)
    tight[0] = True
    full, sick = put_products(served, 400), served.http.get("/health")

    assert sick.status_code == 503
    assert full["errors"][0]["extensions"]["code"] == "unavailable", full
    assert sick.json()["status"] == "unavailable"
    assert "room" in sick.json()["message"]
    assert next(serving, None) is None

    tight[0] = False
    store = open_store(file)
    store.check()
    store.close()


def test_a_missing_table_is_said_until_it_is_back(served: Served) -> None:
    rename(served.database, "stock", "gone")
    answer, sick = served.callers["acme"].post(STOCK), served.http.get("/health")
    rename(served.database, "gone", "stock")

    assert answer.json()["errors"][0]["extensions"]["code"] == "unavailable"
    assert (sick.status_code, sick.json()["status"]) == (503, "unavailable")
    assert "table" in sick.json()["message"]
    assert served.http.get("/health").status_code == 200


def test_a_database_that_something_else_keeps_locked_is_said_before_who_asks_gives_up(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LONGEST", 0.5)
    with ThreadPoolExecutor(1) as pool, locked(served.database, "inbox"):
        asked = pool.submit(served.http.get, "/health")
        done, _ = wait([asked], timeout=5)

    assert done, "it waits as long as the lock is held"
    sick = asked.result()
    assert (sick.status_code, sick.json()["status"]) == (503, "unavailable")
    assert served.http.get("/health").status_code == 200


def rename(address: Address, table: str, other: str) -> None:
    said = f'ALTER TABLE "{table}" RENAME TO "{other}"'
    if isinstance(address, SqliteFile):
        with closing(sqlite3.connect(address.path)) as file, file:
            file.execute(said)
    else:
        with run_in(address) as cursor:
            cursor.execute(said)


@pytest.mark.parametrize("code", ["53100", "53300", "58030", "42P01"])
def test_what_postgresql_says_of_a_disk_is_told(
    make_empty: Callable[[str], Address], code: str
) -> None:
    address = make_empty("postgresql")
    assert isinstance(address, PostgresDatabase)
    store = open_store(address)

    with pytest.raises(RequestFault) as caught, store.session():
        store._database.execute(f"DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''{code}''; END'")

    assert caught.value.code == "unavailable"
    store.close()


def test_many_who_ask_for_health_share_one_look(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(health, "KEPT", 60.0)
    monkeypatch.setattr(served.parts.store, "check", lambda: looks.append(1))
    for _ in range(20):
        served.http.get("/health")

    assert len(looks) == 1
