"""Caches what was read for as long as the stamp of its tables is unchanged.

Triggers, which no writer can bypass, change a stamp in the transaction that changes what it covers:
one stamp for all keys, and one for what each supplier agreed and published. A stamp is read before
the rows that it covers, so a cached value is never older than its stamp. Stamps are random, so none
recurs after a rollback or a restored backup. A stamp's row is locked until its transaction ends: a
session that also locks a journal locks that first, to prevent deadlocks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar, cast

from adapters.store.connection.statements import Statements

KEYS: Final = "keys"
"""The stamp that covers all API keys; a supplier's stamp has the supplier's id."""

MOST: Final = 20_000
"""How many results are cached; beyond that the whole cache is cleared."""

_STAMP: Final = "SELECT value FROM stamp WHERE about = ?"
T = TypeVar("T")


class Stamps:
    """Shared by all threads of a process; every call runs inside a session of the store."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._lock = Lock()
        self._remembered: dict[Hashable, tuple[str, Any]] = {}

    def under(
        self, about: str, key: Hashable, read: Callable[[], T | None], stamp: str | None = None
    ) -> T | None:
        """Returns the current result of `read`, which must query the database, not the session.

        `stamp` is the stamp of `about`, if it was already read. None is not cached, so that
        guessing keys fills no memory.
        """
        stamp = self._stamp(about) if stamp is None else stamp
        found = self._remembered.get((about, key))
        if found is not None and found[0] == stamp:
            return cast(T, found[1])
        made = read()
        if made is not None:
            self._remember((about, key), (stamp, made))
        return made

    def _stamp(self, about: str) -> str:
        rows = self._statements.rows(_STAMP, about)
        return str(rows[0][0]) if rows else ""

    def _remember(self, key: Hashable, what: tuple[str, Any]) -> None:
        with self._lock:
            if len(self._remembered) >= MOST:
                self._remembered.clear()
            self._remembered[key] = what
