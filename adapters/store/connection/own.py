"""What belongs to one session, and which of its changes must be written before a read.

Pony writes all of a session's changes before each read, so that a row that is changed in several
places is written several times. A read of tables without changes needs no such write; the changes
are written once, at the end of the session. After writes without entities, entities load their
values again, so that none shows old ones. If a part cannot be written, the session is broken: it
reads and writes nothing more, so that no part is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Set
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, Generic, TypeVar

from pony.orm import Database

T = TypeVar("T")
_STORED: Final = ("loaded", "inserted", "updated")
"""Pony's states of an entity that has nothing to be written."""


class Own(Generic[T]):
    """A value that each session has of its own: made on first use, gone with the session."""

    def __init__(self, database: Database, make: Callable[[], T]) -> None:
        self._database: Any = database
        self._make = make

    def here(self) -> T:
        """The value of this thread's session, stored in the session: its entities refer to it."""
        session = self._database._get_cache()
        try:
            found: T = session.own[self]
        except AttributeError:
            session.own = {self: (found := self._make())}
        except KeyError:
            found = session.own[self] = self._make()
        return found


@contextmanager
def reading(*entities: Any) -> Iterator[None]:
    """Reads inside the block concern only the tables of these entities."""
    session = about_to_read(entities[0]._database_, {each._table_ for each in entities})
    with session.flush_disabled():
        yield


def about_to_read(database: Any, names: Set[str]) -> Any:
    """Returns the session, after writing its changes of some tables."""
    session = database._get_cache()
    check_whole(session)
    if session.modified:
        _save(session, names)
        if not names.isdisjoint(session.__dict__.get("waiting", ())):
            session.flush()
    return session


def _save(session: Any, names: Collection[str]) -> None:
    """Makes Pony write its changes if any concern these tables."""
    if any(each is not None and each._table_ in names for each in session.objects_to_save):
        type(session).flush(session)
        session.modified |= bool(session.__dict__.get("waiting"))


def forget(database: Any, tables: Collection[str]) -> None:
    """Makes entities of these tables load again, because rows change by statements.

    References are kept, since statements never change them. Collections of these rows are no longer
    treated as complete.
    """
    session = database._get_cache()
    if not session.indexes:
        return
    _save(session, tables)
    for each in database.entities.values():
        if each._table_ in tables:
            for row in session.indexes.get(each._pk_attrs_, {}).values():
                _unload(session, row)
            for reference in each._attrs_:
                if reference.reverse is not None and reference.reverse.is_collection:
                    _doubt(session, reference.reverse)


def _doubt(session: Any, collection: Any) -> None:
    """Marks a collection attribute of all loaded rows as possibly incomplete."""
    for row in session.indexes.get(collection.entity._pk_attrs_, {}).values():
        members = row._vals_.get(collection) if row._vals_ else None
        if members is not None:
            members.is_fully_loaded, members.absent, members.count = False, None, None


def _unload(session: Any, row: Any) -> None:
    """Reduces an entity to its key, so that Pony loads the rest when it is needed."""
    if row._status_ not in _STORED or row in session.seeds[row._pk_attrs_]:
        return
    for name in [each for each in row._vals_ if each.pk_offset is None and not each.reverse]:
        del row._vals_[name]
        row._dbvals_.pop(name, None)
    row._rbits_ = row._wbits_ = 0
    session.seeds[row._pk_attrs_].add(row)


def wait(database: Any, tables: Collection[str], write: Callable[[], None]) -> None:
    """Registers `write`, which writes queued changes of these tables after Pony's own changes.

    That happens at each flush: at the end of the session, or before Pony reads these tables. A
    database has one `write`.
    """
    session = database._get_cache()
    session.modified = True  # or Pony would not flush
    waiting: set[str] | None = session.__dict__.get("waiting")
    if waiting is None:
        waiting = session.waiting = set()
        session.flush = partial(_flush, session, write)
    waiting.update(tables)


def _flush(session: Any, write: Callable[[], None]) -> None:
    if session.noflush_counter:
        return
    check_whole(session)
    type(session).flush(session)
    if session.waiting:
        try:
            write()
        except BaseException as error:
            session.__dict__["broken"] = error
            session.modified = True  # so that Pony flushes again, and gets the error again
            raise
        session.waiting.clear()


def check_whole(session: Any) -> None:
    """Raises the error that kept a part of the session from being written, if any."""
    broken: BaseException | None = session.__dict__.get("broken")
    if broken is not None:
        raise broken
