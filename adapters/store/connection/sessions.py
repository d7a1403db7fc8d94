"""Sessions of Pony that commit at their end and raise database errors as faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import psycopg2
from pony.orm import DBException, OrmError
from pony.orm.core import local

from adapters.store.connection.deadline import current
from adapters.store.connection.troubles import told


@contextmanager
def session_of(
    session: AbstractContextManager[Any], before_end: Callable[[], None]
) -> Iterator[None]:
    """Commits at its end; raises as `told_faults` does."""
    with told_faults(), session:
        yield
        if local.db2cache:  # otherwise there was nothing since the last commit
            commit_now(before_end)
            leave()


def check_outside() -> None:
    """Raises `RuntimeError` inside a session, where a second store would share its transaction."""
    if local.db_context_counter:
        raise RuntimeError(
            "A store is opened, and a vault made, before a session and not inside it."
        )


def commit_now(before_end: Callable[[], None]) -> None:
    """Writes queued changes and commits, after which a mutation has no deadline any more."""
    before_end()
    for each in [*local.db2cache.values()]:
        if each.modified or each.in_transaction:
            each.flush_and_commit()
    if deadline := current():
        deadline.committed()


class told_faults:  # noqa: N801 - it reads as a word
    """Turns database errors into `RequestFault`, unless they come from a mistake in the code."""

    __slots__ = ()

    def __enter__(self) -> None:
        """Does nothing."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, DBException | OrmError | psycopg2.Error):
            fault = told(error)
            if fault is not None:
                raise fault from error


def leave() -> None:
    """Rolls back uncommitted changes, and discards the cache.

    Otherwise Pony would begin a writing transaction for the next read after a commit. A connection
    that cannot be returned is dropped, and the next session opens another.
    """
    for each in [*local.db2cache.values()]:
        with suppress(DBException, OrmError, psycopg2.Error):
            each.close(rollback=each.in_transaction)
