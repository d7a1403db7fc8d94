"""Statements in the session of Pony without its entities: on its connection, in its transaction.

The one module that knows how Pony runs a statement: `Database.execute` would begin a writing
transaction for a read, `Database.select` makes a class for the rows of each answer, and both keep
figures of each text that is run, which take longer than a small read does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import msgspec
from pony.orm import Database

from adapters.store.place.locking import Keys, Lock
from adapters.store.place.own import Own, about_to_read, check_whole, forget, wait

Row = tuple[Any, ...]
Values = tuple[object, ...] | list[Row]
"""Of one statement, or of as many as the list has rows."""
STAMPED: Final = frozenset(
    {"api_key", "partnership", "partner", "meant_for", "edition", "withdrawal"}
)
"""Tables whose changes the database stamps."""
_AT_ONCE: Final = 100
"""Rows of one INSERT."""
_WRITTEN: Final = re.compile(r"\b(?:INTO|UPDATE)\s+\"?(\w+)")
_NAMED: Final = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+\"?(\w+)")


@dataclass(slots=True)
class _Later:
    """Of one session: statements that wait, what else does, and the tables that are named."""

    statements: list[tuple[str, Values]] = field(default_factory=list)
    others: dict[Callable[[], None], None] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)


class Statements:
    """Every call runs inside a session of the store; parameters stand as `?` in a statement."""

    def __init__(self, database: Database) -> None:
        self.database: Any = database
        self._later = Own(database, _Later)

    @property
    def locks(self) -> bool:
        """Whether rows can be locked; on SQLite whoever writes is alone."""
        return bool(self.database.provider.dialect == "PostgreSQL")

    def plain(self, sql: str) -> str:
        """A statement that puts rows into JSON as SQLite does, in the words of the database."""
        return _of_postgres(sql) if self.locks else sql

    def rows(self, sql: str, *values: object) -> list[Row]:
        """What a SELECT finds, with what this session has changed and not yet written."""
        found: list[Row]
        session = self.database._get_cache()
        if session.modified:
            about_to_read(self.database, tables_in(sql))
        check_whole(session)
        found = self._run(session, sql, values, writing=False).fetchall()
        return found

    def held(self, sql: str, *values: object, of: str = "") -> list[Row]:
        """What a SELECT finds, locked until this session ends; on SQLite the writer's turn begins.

        `of` says what is locked where it is not every table, as `OF l`.
        """
        session = about_to_read(self.database, tables_in(sql))
        sql = f"{sql} FOR UPDATE {of}" if self.locks else sql
        found: list[Row] = self._run(session, sql, values, writing=True).fetchall()
        return found

    def lock(self, locks: Sequence[Lock]) -> None:
        """Locks rows that nobody has read before in this session: one way to the server for all.

        On SQLite there is nothing to lock: the writer's turn is taken, with the next statement.
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
        """What a SELECT finds after rows were locked, as `lock` locks: one way to the server."""
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
        """Runs another statement, of rows that refer to nothing which this session has to write.

        On SQLite the writer's turn begins with it. How many rows those are.
        """
        forget(self.database, written_in(sql))
        session = about_to_read(self.database, tables_in(sql) & self._later.here().tables)
        return int(self._run(session, sql, values, writing=True).rowcount)

    def write_later(self, sql: str, *values: object) -> None:
        """Runs a statement of which nothing is asked, in turn, before any that reads its table.

        That is at the end of the session as a rule: there is one way to the server for all.
        """
        later = self._later.here()
        later.statements.append((sql, values))
        self._wait(later, written_in(sql))

    def insert_later(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Inserts rows, as `write_later` writes; of one table in a row, by one statement."""
        later = self._later.here()
        for sql, values in self._inserts(table, columns, rows):
            last, before = later.statements[-1] if later.statements else ("", ())
            if last == sql and isinstance(before, list) and isinstance(values, list):
                before.extend(values)
            else:
                later.statements.append((sql, values))
        self._wait(later, {table})

    def insert_now(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Inserts rows that refer to nothing which this session has to write.

        On SQLite the writer's turn begins with it.
        """
        forget(self.database, {table})
        self._run_all(self._inserts(table, columns, rows))

    def _inserts(
        self, table: str, columns: Sequence[str], rows: Sequence[Row]
    ) -> Iterator[tuple[str, Values]]:
        """The statements that insert rows, each with its values.

        SQLite is faster with one row after another by one prepared statement: rows of a table with
        triggers it would copy first. A row that is refused undoes the whole transaction, as the
        session does anyway: to undo its statement alone, SQLite would copy each page before it
        changes it. To a server there is one way for many rows.
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
        """Has `write` add its statements, which name these tables, before those that wait run."""
        later = self._later.here()
        if write not in later.others:  # who reads these tables meanwhile has had it written
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
        """As Pony does it, but for what waits to be written, which its callers know.

        A list has the values of as many statements.
        """
        if writing:
            _begin_writing(session)
        return self._executed(session, _cursor(session), sql, values)

    def _run_all(self, statements: Iterable[tuple[str, Values]]) -> None:
        """Several that write, one after the other."""
        session = self.database._get_cache()
        check_whole(session)
        _begin_writing(session)
        cursor = _cursor(session)
        for sql, values in statements:
            cursor = self._executed(session, cursor, sql, values)

    def _executed(self, session: Any, cursor: Any, sql: str, values: Values) -> Any:
        """The cursor that ran it: another one where the connection was lost before."""
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
    """Pony would answer a query once in a session."""
    session.query_results.clear()
    session.immediate = True


def _cursor(session: Any) -> Any:
    """Of its connection, on which Pony writes nothing first."""
    session.noflush_counter += 1
    try:
        return session.prepare_connection_for_query_execution().cursor()
    finally:
        session.noflush_counter -= 1


def _locking(locks: Sequence[Lock]) -> tuple[str, tuple[object, ...]]:
    """The statements of all locks as one."""
    sql = "; ".join(f"{each} FOR UPDATE" for each, _ in locks)
    return sql, tuple(value for _, values in locks for value in values)


def _joined(
    statements: Sequence[tuple[str, Values]],
) -> Iterator[tuple[str, Values]]:
    """Several as one."""
    if statements:
        values = tuple(value for _, some in statements for value in some)
        yield "; ".join(sql for sql, _ in statements), values


@lru_cache(maxsize=1_000)
def _of_postgres(sql: str) -> str:
    return sql.replace("json_group_array(", "json_agg(").replace("json_array(", "json_build_array(")


@lru_cache(maxsize=1_000)
def tables_in(sql: str) -> frozenset[str]:
    """The tables that a statement names, each after a word of its own, and what is behind them.

    Raises ValueError for a statement that names none.
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
    """As many parameters as values, for `IN (…)`."""
    return ", ".join("?" * len(values))


def listed(keys: Collection[object]) -> Keys:
    """Keys that are known, for locks."""
    return marks([*keys]), [*keys]


def json_of(text: str) -> Any:
    """What a column of JSON holds, selected as text: databases give back different kinds."""
    return msgspec.json.decode(text)
