"""Rows that a session reads and writes without entities, each table by one statement.

Values are as in the database: moments and JSON are texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.store.connection.statements import Statements, marks

_AT_ONCE: Final = 100
"""Rows of one statement; SQLite accepts some thirty thousand values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with all its columns, of which the first is its key."""

    name: str
    columns: tuple[str, ...]

    @property
    def insert(self) -> str:
        """The INSERT statement up to its values."""
        names = ", ".join(map(quoted, self.columns))
        return f"INSERT INTO {self.name} ({names}) VALUES "  # noqa: S608 - our names


class Row(dict[str, Any]):
    """A row by column, with other values read beside them; `was` is the stored row, None if new."""

    __slots__ = ("was",)

    def __init__(self, values: dict[str, Any], *, new: bool = False) -> None:
        super().__init__(values)
        self.was: dict[str, Any] | None = None if new else dict(values)

    @property
    def waits(self) -> bool:
        """Whether it is new or changed."""
        return self.was != self

    def stored(self) -> None:
        """Marks the row as stored as it is."""
        self.was = dict(self)


def write(statements: Statements, table: Table, rows: Iterable[Row]) -> None:
    """Queues writing new rows by one statement and changed rows by another."""
    waiting = [each for each in rows if each.waits]
    for first in range(0, len(waiting), _AT_ONCE):
        some = waiting[first : first + _AT_ONCE]
        _insert(statements, table, [each for each in some if each.was is None])
        _update(statements, table, [each for each in some if each.was is not None])
        for each in some:
            each.stored()


def _insert(statements: Statements, table: Table, rows: Sequence[Row], more: str = "") -> None:
    if not rows:
        return
    one = f"({marks(table.columns)})"
    values = [row[name] for row in rows for name in table.columns]
    statements.write_later(f"{table.insert}{', '.join([one] * len(rows))}{more}", *values)


def _update(statements: Statements, table: Table, rows: Sequence[Row]) -> None:
    """Updates one row's changed columns; several rows by an upsert with all their values."""
    if not rows:
        return
    key, *others = table.columns
    changed = _changed(others, rows)
    if not changed:
        return
    if len(rows) == 1:
        row = rows[0]
        sets = ", ".join(f"{quoted(name)} = ?" for name in changed)
        sql = f"UPDATE {table.name} SET {sets} WHERE {quoted(key)} = ?"  # noqa: S608 - our names
        statements.write_later(sql, *(row[name] for name in changed), row[key])
        return
    sets = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in changed)
    _insert(statements, table, rows, f" ON CONFLICT ({quoted(key)}) DO UPDATE SET {sets}")


def _changed(names: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """The columns in which any of the rows differs from its stored form."""
    found: set[str] = set()
    for row in rows:
        was = row.was or {}
        found.update([name for name in names if was[name] != row[name]])
    return [name for name in names if name in found]


def quoted(name: str) -> str:
    """Quotes a column's name, which may be a keyword of SQL."""
    return f'"{name}"'
