"""Statements in the session of Pony without its entities: on its connection, in its transaction.

The one module that knows how Pony runs a statement: `Database.execute` would begin a writing
transaction for a read, `Database.select` makes a class for the rows of each answer, and both keep
figures of each text that is run, which take longer than a small read does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from pony.orm import Database

Row = tuple[Any, ...]


class Statements:
    """Every call runs inside a session of the store; parameters stand as `?` in a statement."""

    def __init__(self, database: Database) -> None:
        self._database: Any = database

    def rows(self, sql: str, *values: object) -> list[Row]:
        """What a SELECT finds, with what this session has changed and not yet written."""
        found: list[Row] = self._run(sql, values, writing=False).fetchall()
        return found

    def write(self, sql: str, *values: object) -> None:
        """Runs another statement; on SQLite the writer's turn begins with it."""
        self._run(sql, values, writing=True)

    def _run(self, sql: str, values: tuple[object, ...], *, writing: bool) -> Any:
        """As Pony does it; what the session changed is written first."""
        session, provider = self._database._get_cache(), self._database.provider
        if session.modified:
            session.flush()
        if provider.paramstyle != "qmark":
            sql = sql.replace("?", "%s")
        session.immediate = session.immediate or writing
        cursor = session.prepare_connection_for_query_execution().cursor()
        try:
            provider.execute(cursor, sql, values)
        except Exception as error:  # noqa: BLE001 - raised again unless the connection was lost
            cursor = session.reconnect(error).cursor()
            provider.execute(cursor, sql, values)
        session.in_transaction = session.in_transaction or session.immediate
        return cursor


def marks(values: Sequence[object]) -> str:
    """As many parameters as values, for `IN (…)`."""
    return ", ".join("?" * len(values))


def json_of(text: str) -> Any:
    """What a column of JSON holds, selected as text: databases give back different kinds."""
    return msgspec.json.decode(text)
