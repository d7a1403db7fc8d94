"""Runs SQL in Pony's session without entities: on its connection, in its transaction.

The only module that knows how Pony runs a statement: `Database.execute` would begin a writing
transaction for a read, `Database.select` makes a class for each result's rows, and both keep
statistics of each statement, which take longer than a small read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import msgspec
from pony.orm import Database

from adapters.store.connection.locking import Keys, Lock
from adapters.store.connection.own import Own, about_to_read, check_whole, forget, wait

Row = tuple[Any, ...]
Values = tuple[object, ...] | list[Row]
"""The values of one statement, or rows for as many executions of it."""
STAMPED: Final = frozenset(
    {"api_key", "partnership", "partner", "meant_for", "edition", "withdrawal"}
)
"""Tables for whose changes triggers set stamps."""
_AT_ONCE: Final = 100
"""Rows of one INSERT."""
_WRITTEN: Final = re.compile(r"\b(?:INTO|UPDATE)\s+\"?(\w+)")
_NAMED: Final = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+\"?(\w+)")


@dataclass(slots=True)
class _Later:
    """One session's queue: statements, callbacks that add statements, and the tables concerned."""

    statements: list[tuple[str, Values]] = field(default_factory=list)
    others: dict[Callable[[], None], None] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)


class Statements:
    """Every call runs inside a session of the store; placeholders are written as `?`."""

    def __init__(self, database: Database) -> None:
        self.database: Any = database
        self._later = Own(database, _Later)

    @property
    def locks(self) -> bool:
        """Whether rows can be locked; on SQLite a writer is alone anyway."""
        return bool(self.database.provider.dialect == "PostgreSQL")

    def plain(self, sql: str) -> str:
        """Translates a statement with SQLite's JSON functions to the database's dialect."""
        return _of_postgres(sql) if self.locks else sql

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Runs a SELECT, which sees the session's unwritten changes."""
        found: list[Row]
        session = self.database._get_cache()
        if session.modified:
            about_to_read(self.database, tables_in(sql))
        check_whole(session)
        found = self._run(session, sql, values, writing=False).fetchall()
        return found

    def held(self, sql: str, *values: object, of: str = "") -> list[Row]:
        """Runs a SELECT and locks its rows until the session ends; on SQLite, takes the write lock.

        `of` says which tables' rows are locked if not all, as `OF l`.
        """
        session = about_to_read(self.database, tables_in(sql))
        sql = f"{sql} FOR UPDATE {of}" if self.locks else sql
        found: list[Row] = self._run(session, sql, values, writing=True).fetchall()
        return found

    def lock(self, locks: Sequence[Lock]) -> None:
        """Locks rows that this session has not read before, in one round trip.

        SQLite has no row locks: the write lock is taken with the next statement.
        """
        if not locks:
            return
        if not self.locks:
            session = self.database._get_cache()
            session.immediate = True
            session.query_results.clear()
            return
        names = {name for sql, _ in locks for name in tables_in(sql)}
        self._run(about_to_read(self.database, names), *_locking(locks), writing=True)

    def under(self, locks: Sequence[Lock], sql: str, *values: object) -> list[Row]:
        """Runs a SELECT after locking rows as `lock` does, in one round trip."""
        if not locks or not self.locks:
            self.lock(locks)
            return self.rows(sql, *values)
        names = {name for each, _ in locks for name in tables_in(each)}
        session = about_to_read(self.database, names | tables_in(sql))
        before, of_locks = _locking(locks)
        sql, values = f"{before}; {sql}", (*of_locks, *values)
        found: list[Row] = self._run(session, sql, values, writing=True).fetchall()
        return found

    def write_apart(self, sql: str, *values: object) -> int:
        """Runs a statement at once, on rows that refer to nothing that this session has yet to
        write.

        On SQLite it takes the write lock. Returns the number of rows.
        """
        forget(self.database, written_in(sql))
        session = about_to_read(self.database, tables_in(sql) & self._later.here().tables)
        return int(self._run(session, sql, values, writing=True).rowcount)

    def write_later(self, sql: str, *values: object) -> None:
        """Queues a statement without a result; it runs in order, and before any read of its table.

        Usually that is at the end of the session: one round trip for all.
        """
        later = self._later.here()
        later.statements.append((sql, values))
        self._wait(later, written_in(sql))

    def insert_later(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Queues an insert as `write_later` does; joins consecutive inserts into the same table."""
        later = self._later.here()
        for sql, values in self._inserts(table, columns, rows):
            last, before = later.statements[-1] if later.statements else ("", ())
            if last == sql and isinstance(before, list) and isinstance(values, list):
                before.extend(values)
            else:
                later.statements.append((sql, values))
        self._wait(later, {table})

    def insert_now(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Inserts rows at once that refer to nothing that this session has yet to write.

        On SQLite it takes the write lock.
        """
        forget(self.database, {table})
        self._run_all(self._inserts(table, columns, rows))

    def _inserts(
        self, table: str, columns: Sequence[str], rows: Sequence[Row]
    ) -> Iterator[tuple[str, Values]]:
        """Yields the statements that insert rows, each with its values.

        SQLite is faster with single rows and one prepared statement: it would first copy the rows
        of a multi-row INSERT into a table with triggers. `OR ROLLBACK` undoes the whole transaction
        for a refused row, as the session does anyway: to undo a single statement, SQLite would copy
        each page before changing it. A server gets many rows in one round trip.
        """
        into, marked = f"INTO {table} ({', '.join(columns)}) VALUES", f"({marks(columns)})"
        if not self.locks and rows:
            yield f"INSERT OR ROLLBACK {into} {marked}", list(rows)
            return
        for first in range(0, len(rows), _AT_ONCE):
            some = rows[first : first + _AT_ONCE]
            sql = f"INSERT {into} {', '.join([marked] * len(some))}"
            yield sql, tuple(value for row in some for value in row)

    def before_end(self, tables: Collection[str], write: Callable[[], None]) -> None:
        """Registers `write`, which adds statements on these tables before the queue runs."""
        later = self._later.here()
        if write not in later.others:  # a read of these tables clears the registration
            later.others[write] = None
            self._wait(later, tables)

    def _wait(self, later: _Later, tables: Collection[str]) -> None:
        later.tables.update(tables)
        forget(self.database, tables)
        wait(self.database, tables, self._write)

    def _write(self) -> None:
        later = self._later.here()
        for write in later.others:
            write()
        self._run_all(_joined(later.statements) if self.locks else later.statements)
        later.statements.clear()
        later.others.clear()
        later.tables.clear()

    def _run(self, session: Any, sql: str, values: Values, *, writing: bool) -> Any:
        """Executes as Pony does, without flushing, which is up to the caller.

        A list holds the values of as many executions.
        """
        if writing:
            _begin_writing(session)
        return self._executed(session, _cursor(session), sql, values)

    def _run_all(self, statements: Iterable[tuple[str, Values]]) -> None:
        """Executes several writing statements, one after the other."""
        session = self.database._get_cache()
        check_whole(session)
        _begin_writing(session)
        cursor = _cursor(session)
        for sql, values in statements:
            cursor = self._executed(session, cursor, sql, values)

    def _executed(self, session: Any, cursor: Any, sql: str, values: Values) -> Any:
        """Executes, and returns the cursor: another one if the connection was lost before."""
        provider = self.database.provider
        if provider.paramstyle != "qmark":
            sql = sql.replace("?", "%s")
        try:
            provider.execute(cursor, sql, values)
        except Exception as error:  # noqa: BLE001 - raised again unless the connection was lost
            cursor = session.reconnect(error).cursor()
            provider.execute(cursor, sql, values)
        session.in_transaction = session.in_transaction or session.immediate
        return cursor


def _begin_writing(session: Any) -> None:
    """Clears Pony's cache of query results, which a write makes stale; marks the session."""
    session.query_results.clear()
    session.immediate = True


def _cursor(session: Any) -> Any:
    """A cursor of the session's connection, obtained without a flush by Pony."""
    session.noflush_counter += 1
    try:
        return session.prepare_connection_for_query_execution().cursor()
    finally:
        session.noflush_counter -= 1


def _locking(locks: Sequence[Lock]) -> tuple[str, tuple[object, ...]]:
    """Joins the statements of all locks into one."""
    sql = "; ".join(f"{each} FOR UPDATE" for each, _ in locks)
    return sql, tuple(value for _, values in locks for value in values)


def _joined(
    statements: Sequence[tuple[str, Values]],
) -> Iterator[tuple[str, Values]]:
    """Joins several statements into one."""
    if statements:
        values = tuple(value for _, some in statements for value in some)
        yield "; ".join(sql for sql, _ in statements), values


@lru_cache(maxsize=1_000)
def _of_postgres(sql: str) -> str:
    return sql.replace("json_group_array(", "json_agg(").replace("json_array(", "json_build_array(")


@lru_cache(maxsize=1_000)
def tables_in(sql: str) -> frozenset[str]:
    """The tables that a statement names; `stamp` implies the tables that it covers.

    Raises ValueError if it names none.
    """
    names = frozenset(_NAMED.findall(sql))
    if not names:
        raise ValueError(f"no table in `{sql}`")
    return names | STAMPED if "stamp" in names else names


@lru_cache(maxsize=1_000)
def written_in(sql: str) -> frozenset[str]:
    """The tables that a statement writes."""
    return frozenset(_WRITTEN.findall(sql))


def marks(values: Sequence[object]) -> str:
    """As many placeholders as values, for `IN (…)`."""
    return ", ".join("?" * len(values))


def listed(keys: Collection[object]) -> Keys:
    """Keys with known values, for locks."""
    return marks([*keys]), [*keys]


def json_of(text: str) -> Any:
    """Parses a JSON column that was selected as text: without a cast, databases return different
    types.
    """
    return msgspec.json.decode(text)
