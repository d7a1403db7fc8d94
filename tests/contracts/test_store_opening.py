"""A store opens again with what it held; a file that is no store is refused in one sentence."""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pony.orm import TransactionError

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address, SqliteFile
from adapters.store.connection.connection import ThreadConnection
from adapters.store.database import open_store
from engine.errors import RequestFault
from tests.contracts.conftest import World


def test_a_store_opens_again_with_what_it_held(empty: Address) -> None:
    ids: set[str] = set()
    for _ in range(2):
        store = open_store(empty)
        with store.session():
            ids.add(store.partners.add("acme", "Acme", Kind.SUPPLIER).id)
        store.close()

    assert len(ids) == 1


def test_nothing_is_read_outside_of_a_session(address: Address) -> None:
    store = open_store(address)

    with pytest.raises(TransactionError):
        store.partners.by_handle("acme")
    store.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_text("not a database, but long enough to be taken for one at first sight" * 20)

    with pytest.raises(RequestFault) as fault:
        open_store(SqliteFile(path=path))

    assert fault.value.code == "wrong_database"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestFault) as fault:
        open_store(SqliteFile(path=tmp_path / "none" / "a.sqlite"))

    assert fault.value.code == "wrong_database"


def test_two_who_store_the_same_at_once_do_not_both_succeed(world: World) -> None:
    store, acme = world.store, world.principals["acme"]
    barrier = threading.Barrier(2)

    def keep(answer: str) -> str:
        with store.session():
            try:
                with store.atomic():
                    assert store.idempotency.before(acme, "k", "publish", "a") is None
                    barrier.wait()
                    store.idempotency.keep(acme, "k", ("publish", "a"), answer)
            except RequestFault as fault:
                return fault.code
        return "kept"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(keep, ("one", "two")))

    assert found == ["conflict", "kept"]


def in_a_thread(call: Callable[[], None]) -> None:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def handles(path: Path) -> int:
    """How often this process has a file open."""
    folder = Path("/proc/self/fd")
    opened = [os.path.realpath(each) for each in folder.iterdir()] if folder.exists() else []
    return opened.count(os.path.realpath(path))


@pytest.mark.parametrize("forgotten", ["by its thread", "with the store, by another thread"])
def test_a_thread_that_ends_closes_its_connection(
    forgotten: str, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    stores = [open_store(SqliteFile(path=migrated))]
    before = handles(migrated)

    def ask() -> None:
        with stores[0].session():
            assert stores[0].partners.by_handle("nobody") is None
        if forgotten.startswith("with"):
            in_a_thread(forget)

    def forget() -> None:
        stores.clear()
        gc.collect()

    in_a_thread(ask)
    forget()

    assert (handles(migrated), said) == (before, [])


def test_a_connection_that_cannot_be_made_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)

    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(tmp_path / "none" / "a.sqlite", factory=ThreadConnection)
    gc.collect()

    assert said == []
