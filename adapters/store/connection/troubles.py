"""Translates errors of both databases into the same faults."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

import psycopg2
from pony.orm import ConnectionClosedError, IsolationError

from adapters.store.connection.deadline import Deadline, current
from engine.errors import RequestFault

_CONFLICTS: Final = ("40001", "40P01", "23505")
"""Serialization failure, deadlock, unique violation."""

_LOST: Final = ("08", "57P", "53300")
"""Code prefixes: connection errors, server shutdown, too many connections."""

_STOPPED: Final = "57014"
"""A statement reached its timeout."""

_NO_ROOM: Final = ("53", "58")
"""Code prefixes: disk or memory full, disk failure."""
_SQLITE_NO_ROOM: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
)
_NO_TABLE: Final = "42P01"

_SAME_KEY: Final = (
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_TRIGGER,
)


def told(error: BaseException) -> RequestFault | None:
    """Translates a database error into a fault; None if it comes from a mistake in the code.

    `conflict`: somebody stored or changed the same thing meanwhile. `unavailable`: the connection
    was lost, a file stayed locked, the disk is full, or a table is missing. `took_too_long`: a
    statement reached the deadline. All may be retried with the same idempotency key.
    """
    return next((fault for each in _causes(error) if (fault := _fault(each))), None)


def _fault(error: BaseException) -> RequestFault | None:
    if isinstance(error, RequestFault):
        return error
    if _is_stopped(error):
        return (current() or Deadline()).fault()
    return next((RequestFault(*said) for is_it, said in _SAID if is_it(error)), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and those that Pony wrapped in it, outermost first."""
    yield error
    inner = getattr(error, "original_exc", None)
    if isinstance(inner, BaseException):
        yield from _causes(inner)
    for _, each, _ in getattr(error, "exceptions", ()):
        yield from _causes(each)


def _is_conflict(error: BaseException) -> bool:
    return isinstance(error, IsolationError) or _code(error) in _CONFLICTS or _same_key(error)


def _is_away(error: BaseException) -> bool:
    return isinstance(error, ConnectionClosedError) or _is_lost(error) or _is_locked(error)


def _code(error: BaseException) -> str:
    return (error.pgcode or "") if isinstance(error, psycopg2.Error) else ""


def _same_key(error: BaseException) -> bool:
    return isinstance(error, sqlite3.IntegrityError) and error.sqlite_errorcode in _SAME_KEY


def _is_lost(error: BaseException) -> bool:
    kinds = psycopg2.OperationalError | psycopg2.InterfaceError
    return isinstance(error, kinds) and (not error.pgcode or error.pgcode.startswith(_LOST))


def _is_stopped(error: BaseException) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
    return _code(error) == _STOPPED


def _is_locked(error: BaseException) -> bool:
    """Extended error codes hold the plain one in their lowest byte."""
    locked = isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF
    return locked == sqlite3.SQLITE_BUSY


def _has_no_room(error: BaseException) -> bool:
    if isinstance(error, psycopg2.Error):
        return _code(error).startswith(_NO_ROOM)
    said = isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF
    return said in _SQLITE_NO_ROOM


def _has_no_table(error: BaseException) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return str(error).startswith("no such table")
    return _code(error) == _NO_TABLE


_SAID: Final[tuple[tuple[Callable[[BaseException], bool], tuple[str, str]], ...]] = (
    (
        _is_conflict,
        ("conflict", "Somebody stored or changed the same thing meanwhile; ask again."),
    ),
    (
        _is_away,
        ("unavailable", "The database cannot be reached at the moment; ask again."),
    ),
    (
        _has_no_room,
        (
            "unavailable",
            "The database has no room to write, or its disk fails; ask again later.",
        ),
    ),
    (
        _has_no_table,
        ("unavailable", "The database lacks a table; whoever runs Takeback has to look at it."),
    ),
)
