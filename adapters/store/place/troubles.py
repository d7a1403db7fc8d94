"""What goes wrong at a database, told in one way for both."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

import psycopg2
from pony.orm import ConnectionClosedError, IsolationError

from engine.errors import RequestFault

_CONFLICTS: Final = ("40001", "40P01", "23505")
"""Serialization failure, deadlock, unique violation."""

_LOST: Final = ("08", "57P", "53300")
"""Beginnings of codes: connection errors, a server that shuts down, too many connections."""

_SAME_KEY: Final = (
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_TRIGGER,
)


def told(error: BaseException) -> RequestFault | None:
    """An error of a database as one sentence; None for what is a mistake of ours.

    `conflict`: somebody stored or changed the same thing meanwhile. `unavailable`: the connection
    was lost, or a file stayed locked. Both may be asked again, with the same idempotency key.
    """
    for each in _causes(error):
        if isinstance(each, RequestFault):
            return each
        if isinstance(each, IsolationError) or _code(each) in _CONFLICTS or _same_key(each):
            return RequestFault(
                "conflict", "Somebody stored or changed the same thing meanwhile; ask again."
            )
        if isinstance(each, ConnectionClosedError) or _is_lost(each) or _is_locked(each):
            return RequestFault(
                "unavailable", "The database cannot be reached at the moment; ask again."
            )
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what Pony wrapped in it, outermost first."""
    yield error
    inner = getattr(error, "original_exc", None)
    if isinstance(inner, BaseException):
        yield from _causes(inner)
    for _, each, _ in getattr(error, "exceptions", ()):
        yield from _causes(each)


def _code(error: BaseException) -> str:
    return (error.pgcode or "") if isinstance(error, psycopg2.Error) else ""


def _same_key(error: BaseException) -> bool:
    return isinstance(error, sqlite3.IntegrityError) and error.sqlite_errorcode in _SAME_KEY


def _is_lost(error: BaseException) -> bool:
    kinds = psycopg2.OperationalError | psycopg2.InterfaceError
    return isinstance(error, kinds) and (not error.pgcode or error.pgcode.startswith(_LOST))


def _is_locked(error: BaseException) -> bool:
    """Extended codes keep the plain one in their lowest byte."""
    locked = isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF
    return locked == sqlite3.SQLITE_BUSY
