"""Backs up and restores a database as those who run a server do."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from adapters.store.connection.address import Address, PostgresDatabase, SqliteFile
from adapters.store.database import Store
from tests import postgres

Restore = Callable[[], None]


def saver(store: Store, address: Address, folder: Path) -> Callable[[], Restore]:
    """Returns what makes a backup; it returns what restores that backup, any number of times."""
    if isinstance(address, PostgresDatabase):
        return lambda: _postgres(store, address)
    return lambda: _sqlite(store, address, folder)


def _sqlite(store: Store, address: SqliteFile, folder: Path) -> Restore:
    store.close()
    backup = folder / f"{len(list(folder.iterdir()))}.sqlite"
    with sqlite3.connect(address.path) as connection:
        connection.execute("VACUUM INTO ?", (str(backup),))
    connection.close()

    def restore() -> None:
        store.close()
        for rest in ("-wal", "-shm"):
            Path(f"{address.path}{rest}").unlink(missing_ok=True)
        shutil.copyfile(backup, address.path)

    return restore


def _postgres(store: Store, address: PostgresDatabase) -> Restore:
    store.close()
    server, backup = postgres.named(address, "postgres"), f"{address.name}_backup"
    _copied(server, address.name, backup)

    def restore() -> None:
        store.close()
        _copied(server, backup, address.name)

    return restore


def _copied(server: PostgresDatabase, name: str, copy: str) -> None:
    with postgres.run_in(server) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {copy} TEMPLATE {name}")
