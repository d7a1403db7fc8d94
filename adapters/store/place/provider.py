"""Pony's ways to the databases, without a trap of one, and with an end for both."""

from __future__ import annotations

import threading
import time
from math import inf
from typing import Any, Final

from pony.orm.dbproviders.postgres import PGProvider
from pony.orm.dbproviders.sqlite import SQLiteProvider

from adapters.store.place.deadline import current

RENEWED: Final = 1.0
"""Seconds after which a statement timeout is set anew, so that none outlives its deadline longer.
"""


def _refuse_late() -> None:
    deadline = current()
    if deadline is not None and deadline.left() <= 0:
        raise deadline.fault()


class SqliteProvider(SQLiteProvider):
    """No statement begins after the deadline; `ThreadConnection` ends one that runs."""

    def execute(
        self, cursor: Any, sql: str, arguments: Any = None, returning_id: bool = False
    ) -> Any:
        _refuse_late()
        return super().execute(cursor, sql, arguments, returning_id)


class PostgresProvider(PGProvider):
    """No statement begins after the deadline, and the server ends one that runs."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._set = _Set()
        super().__init__(*arguments, **options)

    def execute(
        self, cursor: Any, sql: str, arguments: Any = None, returning_id: bool = False
    ) -> Any:
        _refuse_late()
        if (wanted := self._timeout()) is not None:
            if type(arguments) is list:  # as many statements as there are members
                cursor.execute(wanted)
            else:
                sql = f"{wanted}; {sql}"  # one way to the server for both
        return super().execute(cursor, sql, arguments, returning_id)

    def release(self, connection: Any, cache: Any = None) -> None:
        """The end of a session takes back what was set in it (`DISCARD ALL`)."""
        self._set.at = -inf
        super().release(connection, cache)

    def drop(self, connection: Any, cache: Any = None) -> None:
        """A connection that is lost in a transaction ends the transaction.

        Pony 0.7.20 connects anew and goes on, so that the end of a transaction is kept without its
        beginning: it forgets that there was one before it asks.
        """
        self._set.at = -inf
        began = cache is not None and cache.in_transaction
        super().drop(connection, cache)
        if began:
            cache.in_transaction = True  # Pony then raises ConnectionClosedError

    def _timeout(self) -> str | None:
        """What sets the server's timeout, where it is to be set (again)."""
        deadline = current()
        if deadline is None or deadline.until == inf:
            return None
        if time.monotonic() - self._set.at < RENEWED:
            return None
        self._set.at = time.monotonic()
        return f"SET statement_timeout = {max(1, round(deadline.left() * 1000))}"


class _Set(threading.local):
    """When this thread's connection was told its timeout."""

    at: float = -inf
