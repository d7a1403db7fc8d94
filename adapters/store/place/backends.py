"""yoyo's two databases, each with a lock of its own.

yoyo's lock is a row, which a killed process leaves behind for good. The locks here are the
databases' and end with the connection.
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

from adapters.store.place.address import Address, PostgresDatabase, SqliteFile

BUSY_SECONDS: Final = 30
NOTES: Final = "_yoyo_migration"
"""The table that says what was applied."""

_LOCK: Final = 0x74616B656261636B  # "takeback"


class Sqlite(SQLiteBackend):  # type: ignore[misc]
    """One file; there is one writer at a time."""

    kind = "sqlite"

    def connect(self, dburi: SqliteFile) -> sqlite3.Connection:
        return sqlite3.connect(
            dburi.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            detect_types=sqlite3.PARSE_DECLTYPES,
        )

    def settle(self) -> None:
        """Readers do not wait for writers; the file remembers it.

        Where two change the journal at once, SQLite refuses one of them without any wait.
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
        """One transaction of the only writer, in which yoyo's become savepoints."""
        self.execute("BEGIN IMMEDIATE")
        self._in_transaction = True
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()


class Postgres(PostgresqlBackend):  # type: ignore[misc]
    """One database of a server, and in it the schema that new tables go to."""

    kind = "postgresql"

    def connect(self, dburi: PostgresDatabase) -> Any:
        connection = psycopg2.connect(**dburi.arguments())
        connection.autocommit = True
        return connection

    def settle(self) -> None:
        """A server is set up by those who run it."""

    def list_tables(self, **_: object) -> list[str]:
        """Those of the schema that new tables go to, without what extensions brought along."""
        found = self.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = current_schema()::regnamespace AND NOT EXISTS (SELECT FROM"
            " pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid"
            " AND deptype = 'e') ORDER BY relname"
        )
        return [name for (name,) in found.fetchall()]

    @contextmanager
    def lock(self, timeout: float = 0) -> Iterator[None]:  # noqa: ARG002 - yoyo names it
        """Held by the connection, and gone with it."""
        self.execute(f"SELECT pg_advisory_lock({_LOCK})")
        try:
            yield
        finally:
            self.execute(f"SELECT pg_advisory_unlock({_LOCK})")


@contextmanager
def opened(address: Address) -> Iterator[Any]:
    """A backend of yoyo for an address, closed at the end."""
    kind = Sqlite if isinstance(address, SqliteFile) else Postgres
    with kind(address, NOTES) as backend:
        yield backend
