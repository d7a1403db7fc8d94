"""yoyo's backends for the two databases, each with a lock that ends with the connection.

yoyo's own lock is a row, which a killed process leaves behind forever.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg2
from yoyo.backends.core.postgresql import PostgresqlBackend
from yoyo.backends.core.sqlite3 import SQLiteBackend

from adapters.store.connection.address import Address, PostgresDatabase, SqliteFile

BUSY_SECONDS: Final = 30
NOTES: Final = "_yoyo_migration"
"""The table of applied migrations."""

_LOCK: Final = 0x74616B656261636B  # "takeback"


class Sqlite(SQLiteBackend):  # type: ignore[misc]
    """A file, with one writer at a time."""

    kind = "sqlite"

    def connect(self, dburi: SqliteFile) -> sqlite3.Connection:
        return sqlite3.connect(
            dburi.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            detect_types=sqlite3.PARSE_DECLTYPES,
        )

    def settle(self) -> None:
        """Switches the file to WAL mode, so that readers do not wait for writers; the file
        remembers it.

        If two processes switch at once, SQLite refuses one of them without waiting, so this
        retries.
        """
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def list_tables(self, **_: object) -> list[str]:
        found = self.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return [name for (name,) in found.fetchall() if not name.startswith("sqlite_")]

    @contextmanager
    def lock(self, timeout: float = 0) -> Iterator[None]:  # noqa: ARG002 - yoyo names it
        """Holds the write lock in one transaction, within which yoyo's transactions become
        savepoints.
        """
        self.execute("BEGIN IMMEDIATE")
        self._in_transaction = True
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()


class Postgres(PostgresqlBackend):  # type: ignore[misc]
    """A database of a server, with the schema in which new tables are created."""

    kind = "postgresql"

    def connect(self, dburi: PostgresDatabase) -> Any:
        connection = psycopg2.connect(**dburi.arguments())
        connection.autocommit = True
        return connection

    def settle(self) -> None:
        """Does nothing: the server's settings are up to its operators."""

    def list_tables(self, **_: object) -> list[str]:
        """Tables of the schema in which new tables are created, without those of extensions."""
        found = self.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = current_schema()::regnamespace AND NOT EXISTS (SELECT FROM"
            " pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid"
            " AND deptype = 'e') ORDER BY relname"
        )
        return [name for (name,) in found.fetchall()]

    @contextmanager
    def lock(self, timeout: float = 0) -> Iterator[None]:  # noqa: ARG002 - yoyo names it
        """Holds an advisory lock, which ends with the connection."""
        self.execute(f"SELECT pg_advisory_lock({_LOCK})")
        try:
            yield
        finally:
            self.execute(f"SELECT pg_advisory_unlock({_LOCK})")


@contextmanager
def opened(address: Address) -> Iterator[Any]:
    """Opens yoyo's backend for an address, and closes it at the end."""
    kind = Sqlite if isinstance(address, SqliteFile) else Postgres
    with kind(address, NOTES) as backend:
        yield backend
