"""What was read is remembered for as long as the stamp of what it was read from stands.

The database changes a stamp in the transaction that changes what it covers, by triggers that no
writer can forget: one row for all keys, one for what each supplier agreed and published. A stamp is
read before the rows it covers, so what is remembered is never younger than its stamp says, and it
is drawn at random, so that none comes back after an undone transaction or a restored backup.
A stamp is held until its transaction ends: whoever also holds a journal takes that first, so that
no two wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar, cast

from adapters.store.place.statements import Statements

KEYS: Final = "keys"
"""Covers every API key; what covers a supplier has its id."""

MOST: Final = 20_000
"""How many answers are remembered; when there are more, all are forgotten."""

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
        """What `read` gives, as of now; `read` asks the database and nothing that a session kept.

        `stamp` is that of `about`, where it was read before, with something else. Nothing is not
        remembered, so that who guesses keys fills no memory.
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
