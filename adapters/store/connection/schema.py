"""Migrates the schema of a database by the numbered files of `migrations/`.

yoyo reads and runs them; a migration and the note that it was applied are one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg2
from yoyo import read_migrations

from adapters.store.connection.address import Address, SqliteFile
from adapters.store.connection.backends import NOTES, opened
from engine.errors import RequestFault

MIGRATIONS: Final = Path(__file__).parents[1] / "migrations"
_OWN: Final = frozenset({NOTES, "_yoyo_log", "_yoyo_version", "yoyo_lock"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The state of a database's schema, by names of migrations; `foreign` are other tables."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


def migrate(address: Address, migrations: Path = MIGRATIONS) -> tuple[str, ...]:
    """Applies pending migrations, safely beside other processes; returns those that it applied.

    Raises `RequestFault` `wrong_database` if the database cannot be reached or is not Takeback's.
    """
    with _usable(address), opened(address) as backend:
        known = read_migrations(str(migrations / backend.kind))
        found = _schema(backend, known)
        _refuse(address, found)
        backend.settle()
        if not found.pending:
            return ()
        backend.ensure_internal_schema_updated()
        with backend.lock():
            found = _schema(backend, known)
            _refuse(address, found)
            for migration in known:
                if migration.id in found.pending:
                    _apply(backend, migration)
    return found.pending


def schema_of(address: Address, migrations: Path = MIGRATIONS) -> Schema:
    """Reads the state of a schema without changing it; raises as `migrate` does."""
    if isinstance(address, SqliteFile) and not address.path.exists():
        folder = migrations / "sqlite"
        return Schema(applied=(), pending=tuple(each.id for each in read_migrations(str(folder))))
    with _usable(address), opened(address) as backend:
        return _schema(backend, read_migrations(str(migrations / backend.kind)))


def _schema(backend: Any, known: Sequence[Any]) -> Schema:
    tables = backend.list_tables()
    applied: tuple[str, ...] = ()
    if NOTES in tables:
        rows = backend.execute("SELECT migration_id FROM _yoyo_migration ORDER BY migration_id")
        applied = tuple(name for (name,) in rows.fetchall())
    names = [each.id for each in known]
    return Schema(
        applied=applied,
        pending=tuple(name for name in names if name not in applied),
        unknown=tuple(name for name in applied if name not in names),
        foreign=() if applied else tuple(name for name in tables if name not in _OWN),
    )


def _refuse(address: Address, found: Schema) -> None:
    if found.unknown:
        raise _wrong(
            address,
            f"a newer Takeback made it (`{found.unknown[-1]}` was applied); install that version",
        )
    if found.foreign:
        some = ", ".join(f"`{name}`" for name in found.foreign[:3])
        raise _wrong(
            address, f"it holds tables that are not Takeback's ({some}); name an empty one"
        )


def _apply(backend: Any, migration: Any) -> None:
    with backend.transaction():
        migration.process_steps(backend, "apply")
        backend.mark_one(migration, log=False)


@contextmanager
def _usable(address: Address) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, psycopg2.Error, OSError) as error:
        raise unusable(address, error) from None


def unusable(address: Address, error: Exception) -> RequestFault:
    """The fault with a driver's message in one line; drivers never show passwords."""
    return _wrong(address, (str(error).splitlines() or ["no reason given"])[0].rstrip("."))


def _wrong(address: Address, why: str) -> RequestFault:
    return RequestFault(
        "wrong_database", f"`{address}` cannot be used as a database of Takeback: {why}."
    )
