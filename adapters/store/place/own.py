"""What a session has to itself, and what of its changes a read has to wait for.

Pony writes all that a session has changed before each read, so that a row which is changed in
several places is written as often. A read of tables of which nothing was changed needs none of it;
what waits is written at the end of the session, once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Set
from contextlib import contextmanager
from functools import partial
from typing import Any, Generic, TypeVar

from pony.orm import Database

T = TypeVar("T")


class Own(Generic[T]):
    """Something that each session has to itself: made when it is first asked for, gone with it."""

    def __init__(self, database: Database, make: Callable[[], T]) -> None:
        self._database: Any = database
        self._make = make

    def here(self) -> T:
        """That of the session of this thread; kept by the session, which its entities refer to."""
        session = self._database._get_cache()
        kept: dict[Own[Any], Any] = session.__dict__.setdefault("own", {})
        if self not in kept:
            kept[self] = self._make()
        found: T = kept[self]
        return found


@contextmanager
def reading(*entities: Any) -> Iterator[None]:
    """Reads inside are of the tables of these entities alone."""
    with reading_tables(entities[0]._database_, {each._table_ for each in entities}):
        yield


@contextmanager
def reading_tables(database: Any, names: Set[str]) -> Iterator[None]:
    """The same by the names of the tables."""
    session = database._get_cache()
    if any(each is not None and each._table_ in names for each in session.objects_to_save):
        type(session).flush(session)
        session.modified |= bool(session.__dict__.get("waiting"))
    if not names.isdisjoint(session.__dict__.get("waiting", ())):
        session.flush()
    with session.flush_disabled():
        yield


def wait(database: Any, tables: Collection[str], write: Callable[[], None]) -> None:
    """Has `write` write what waits of these tables when Pony writes its own, and after that.

    That is at the end of the session, or before whatever of Pony's may read them. There is one
    `write` of a database.
    """
    session = database._get_cache()
    session.modified = True  # or Pony would not ask
    session.__dict__.setdefault("waiting", set()).update(tables)
    session.flush = partial(_flush, session, write)


def _flush(session: Any, write: Callable[[], None]) -> None:
    if session.noflush_counter:
        return
    type(session).flush(session)
    if session.waiting:
        write()
        session.waiting.clear()  # nothing is forgotten that could not be written
