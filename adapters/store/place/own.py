"""What a session has to itself, and what of its changes a read has to wait for.

Pony writes all that a session has changed before each read, so that a row which is changed in
several places is written as often. A read of tables of which nothing was changed needs none of it;
what waits is written at the end of the session, once. What is written without entities they read
anew, so that none of them tells what was before. Where a part of it cannot be written the
session is broken: nothing is read or written in it any more, so that no part is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Set
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, Generic, TypeVar

from pony.orm import Database

T = TypeVar("T")
_STORED: Final = ("loaded", "inserted", "updated")
"""What Pony calls an entity of which it has nothing to write."""


class Own(Generic[T]):
    """Something that each session has to itself: made when it is first asked for, gone with it."""

    def __init__(self, database: Database, make: Callable[[], T]) -> None:
        self._database: Any = database
        self._make = make

    def here(self) -> T:
        """That of the session of this thread; kept by the session, which its entities refer to."""
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
    """Reads inside are of the tables of these entities alone."""
    session = about_to_read(entities[0]._database_, {each._table_ for each in entities})
    with session.flush_disabled():
        yield


def about_to_read(database: Any, names: Set[str]) -> Any:
    """The session, with all written that it has changed of some tables."""
    session = database._get_cache()
    check_whole(session)
    if session.modified:
        _save(session, names)
        if not names.isdisjoint(session.__dict__.get("waiting", ())):
            session.flush()
    return session


def _save(session: Any, names: Collection[str]) -> None:
    """Has Pony write what it holds of some tables."""
    if any(each is not None and each._table_ in names for each in session.objects_to_save):
        type(session).flush(session)
        session.modified |= bool(session.__dict__.get("waiting"))


def forget(database: Any, tables: Collection[str]) -> None:
    """Rows of these tables change without entities: what these had read they read anew.

    To which rows they belong they keep, since that never changes so. Nobody is sure any more to
    know all rows that belong to it.
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
    """No row is sure any more to know all that belong to it."""
    for row in session.indexes.get(collection.entity._pk_attrs_, {}).values():
        members = row._vals_.get(collection) if row._vals_ else None
        if members is not None:
            members.is_fully_loaded, members.absent, members.count = False, None, None


def _unload(session: Any, row: Any) -> None:
    """As a row that is known by its key alone, which Pony loads when it is asked for more."""
    if row._status_ not in _STORED or row in session.seeds[row._pk_attrs_]:
        return
    for name in [each for each in row._vals_ if each.pk_offset is None and not each.reverse]:
        del row._vals_[name]
        row._dbvals_.pop(name, None)
    row._rbits_ = row._wbits_ = 0
    session.seeds[row._pk_attrs_].add(row)


def wait(database: Any, tables: Collection[str], write: Callable[[], None]) -> None:
    """Has `write` write what waits of these tables when Pony writes its own, and after that.

    That is at the end of the session, or before whatever of Pony's may read them. There is one
    `write` of a database.
    """
    session = database._get_cache()
    session.modified = True  # or Pony would not ask
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
            session.modified = True  # so that Pony asks again, and is refused
            raise
        session.waiting.clear()


def check_whole(session: Any) -> None:
    """Raises what kept a part of a session from being written, if anything did."""
    broken: BaseException | None = session.__dict__.get("broken")
    if broken is not None:
        raise broken
