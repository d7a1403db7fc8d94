"""Sessions of Pony on a database: they commit at their end, and tell faults in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import psycopg2
from pony.orm import DBException, OrmError
from pony.orm.core import local

from adapters.store.place.deadline import current
from adapters.store.place.troubles import told


@contextmanager
def session_of(
    session: AbstractContextManager[Any], before_end: Callable[[], None]
) -> Iterator[None]:
    """Commits at its end; raises what `told_faults` does."""
    with told_faults(), session:
        yield
        if local.db2cache:  # else nothing was done since the last commit
            commit_now(before_end)
            leave()


def commit_now(before_end: Callable[[], None]) -> None:
    """Writes what waited for the end, and commits, which ends the deadline of a mutation."""
    before_end()
    for each in [*local.db2cache.values()]:
        if each.modified or each.in_transaction:
            each.flush_and_commit()
    if deadline := current():
        deadline.committed()


class told_faults:  # noqa: N801 - it reads as a word
    """Errors of a database as `RequestFault`, as far as they are no mistakes of ours."""

    __slots__ = ()

    def __enter__(self) -> None:
        """Nothing to begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, DBException | OrmError | psycopg2.Error):
            fault = told(error)
            if fault is not None:
                raise fault from error


def leave() -> None:
    """Undoes what was not committed, and forgets what was read.

    After a commit Pony would begin a writing transaction for the next read. A connection that
    cannot even be given back is dropped, and the next session makes another.
    """
    for each in [*local.db2cache.values()]:
        with suppress(DBException, OrmError, psycopg2.Error):
            each.close(rollback=each.in_transaction)
