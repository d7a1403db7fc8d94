"""Pony's providers of both databases, with deadlines and a fix for lost transactions."""

from __future__ import annotations

import threading
import time
from math import inf
from typing import Any, Final

from pony.orm.dbproviders.postgres import PGProvider
from pony.orm.dbproviders.sqlite import SQLiteProvider

from adapters.store.connection.deadline import current

RENEWED: Final = 1.0
"""Seconds after which a statement timeout is set again; it outlives its deadline by no more."""


def _refuse_late() -> None:
    deadline = current()
    if deadline is not None and deadline.left() <= 0:
        raise deadline.fault()


def _left() -> float:
    """Seconds left until the deadline, not below 0; infinite without one."""
    deadline = current()
    return inf if deadline is None else max(deadline.left(), 0)


def _acquire(lock: threading.Lock) -> None:
    """Raises `RequestFault` `took_too_long` at the deadline."""
    deadline, left = current(), _left()
    if not lock.acquire(timeout=-1 if left == inf else left) and deadline is not None:
        raise deadline.fault()


class SqliteProvider(SQLiteProvider):
    """Begins no statement after the deadline; `ThreadConnection` ends a running one.

    Whoever writes waits for other threads, and then for other processes, until the deadline.
    """

    pool: Any
    pre_transaction_lock: threading.Lock
    transaction_lock: threading.Lock

    def __init__(self, database: Any, filename: str, timeout: float, **options: Any) -> None:
        self._longest = timeout
        super().__init__(database, filename, timeout=timeout, **options)

    def acquire_lock(self) -> None:
        """Waits for the threads that write before, and tells SQLite how long it may then wait for
        other processes.

        By itself Pony waits for each thread without end, and SQLite `timeout` seconds in each.
        """
        _acquire(self.pre_transaction_lock)
        try:
            _acquire(self.transaction_lock)
        finally:
            self.pre_transaction_lock.release()
        try:
            seconds = min(_left(), self._longest)
            self.pool.con.execute(f"PRAGMA busy_timeout = {round(1_000 * seconds)}")
        except BaseException:
            self.release_lock()
            raise

    def execute(
        self, cursor: Any, sql: str, arguments: Any = None, returning_id: bool = False
    ) -> Any:
        _refuse_late()
        return super().execute(cursor, sql, arguments, returning_id)


class PostgresProvider(PGProvider):
    """Begins no statement after the deadline; the server ends a running one."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._set = _Set()
        super().__init__(*arguments, **options)

    def execute(
        self, cursor: Any, sql: str, arguments: Any = None, returning_id: bool = False
    ) -> Any:
        _refuse_late()
        if (wanted := self._timeout()) is not None:
            if type(arguments) is list:  # executed once per member
                cursor.execute(wanted)
            else:
                sql = f"{wanted}; {sql}"  # one round trip for both
        return super().execute(cursor, sql, arguments, returning_id)

    def release(self, connection: Any, cache: Any = None) -> None:
        """Forgets the timeout: the end of a session resets its settings (`DISCARD ALL`)."""
        self._set.at = -inf
        super().release(connection, cache)

    def drop(self, connection: Any, cache: Any = None) -> None:
        """Ends the transaction if its connection is lost.

        Pony 0.7.20 would reconnect and go on, so that the end of a transaction is committed without
        its beginning: it forgets that there was a transaction before it checks.
        """
        self._set.at = -inf
        began = cache is not None and cache.in_transaction
        super().drop(connection, cache)
        if began:
            cache.in_transaction = True  # Pony then raises ConnectionClosedError

    def _timeout(self) -> str | None:
        """The statement that sets the server's timeout, or None if it need not be set (again)."""
        deadline = current()
        if deadline is None or deadline.until == inf:
            return None
        if time.monotonic() - self._set.at < RENEWED:
            return None
        self._set.at = time.monotonic()
        return f"SET statement_timeout = {max(1, round(deadline.left() * 1000))}"


class _Set(threading.local):
    """When the timeout of this thread's connection was set."""

    at: float = -inf
