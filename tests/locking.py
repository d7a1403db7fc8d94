"""Holds a table as another process does that writes it and does not come to an end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from adapters.store.connection.address import Address, SqliteFile
from tests.postgres import run_in


@contextmanager
def locked(address: Address, table: str) -> Iterator[None]:
    """While the block runs; on SQLite the whole database."""
    if isinstance(address, SqliteFile):
        with closing(sqlite3.connect(address.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
    else:
        with run_in(address) as cursor:
            cursor.execute(f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE")
            yield
            cursor.execute("ROLLBACK")
