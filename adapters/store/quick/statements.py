"""Statements in the session of Pony without its entities: on its connection, in its transaction.

The one module that knows how Pony runs a statement: `Database.execute` would begin a writing
transaction for a read, and `Database.select` makes a class for the rows of each answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pony.orm import Database

Row = tuple[Any, ...]


class Statements:
    """Every call runs inside a session of the store; parameters stand as `?` in a statement."""

    def __init__(self, database: Database) -> None:
        self._database: Any = database

    def rows(self, sql: str, *values: object) -> list[Row]:
        """What a SELECT finds, with what this session has changed and not yet written."""
        self._database.flush()
        found: list[Row] = self._run(sql, values, writing=False).fetchall()
        return found

    def write(self, sql: str, *values: object) -> None:
        """Runs another statement; on SQLite the writer's turn begins with it."""
        self._database.flush()
        self._run(sql, values, writing=True)

    def _run(self, sql: str, values: tuple[object, ...], *, writing: bool) -> Any:
        if self._database.provider.paramstyle != "qmark":
            sql = sql.replace("?", "%s")
        return self._database._exec_sql(sql, values, False, writing)


def marks(values: Sequence[object]) -> str:
    """As many parameters as values, for `IN (…)`."""
    return ", ".join("?" * len(values))


def json_of(text: str) -> Any:
    """What a column of JSON holds, selected as text: databases give back different kinds."""
    return json.loads(text)
