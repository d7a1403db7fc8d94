"""Tells whether anything in a database has changed, by a connection of its own."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg2

from adapters.store.connection.address import Address, SqliteFile


class Rows:
    """All rows of a database, seen from outside."""

    def __init__(self, address: Address) -> None:
        self._version = ""
        self._connection: Any
        if isinstance(address, SqliteFile):
            self._connection = sqlite3.connect(address.path)
            self._version = "PRAGMA data_version"  # counts the commits of others
            named, told = "name FROM sqlite_master WHERE type = 'table'", "count(*)"
        else:
            self._connection = psycopg2.connect(**address.arguments())
            self._connection.autocommit = True
            named = "tablename FROM pg_tables WHERE schemaname = 'public'"
            told = "count(*), sum(hashtext(each::text))"
        tables = [name for (name,) in self._all(f"SELECT {named}")]
        self._told = " UNION ALL ".join(
            f"SELECT '{name}', {told} FROM \"{name}\" each" for name in tables
        )

    def state(self) -> object:
        """The same again if nothing was stored, and else something else."""
        return self._version and self._all(self._version), sorted(self._all(self._told))

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def _all(self, statement: str) -> list[Any]:
        cursor = self._connection.cursor()
        cursor.execute(statement)
        found: list[Any] = cursor.fetchall()
        return found
