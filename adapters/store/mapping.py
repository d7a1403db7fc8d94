"""Maps every table to the Pony entities through which the store reads and writes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from pony.orm import Database, DBException, OrmError

from adapters.store.agreeing.tables import AgreeingTables, define_agreeing
from adapters.store.authoring.tables import AuthoringTables, define_authoring
from adapters.store.connection.address import Address, PostgresDatabase, SqliteFile
from adapters.store.connection.backends import BUSY_SECONDS
from adapters.store.connection.connection import ThreadConnection
from adapters.store.connection.provider import PostgresProvider, SqliteProvider
from adapters.store.connection.schema import migrate, unusable
from adapters.store.journal.tables import JournalTables, define_journal
from adapters.store.money.credit.tables import CreditTables, define_credit
from adapters.store.money.tables import MoneyTables, define_money
from adapters.store.ordering.tables import OrderingTables, define_ordering
from adapters.store.returns.tables import ReturnTables, define_returns
from adapters.store.sessions.tables import SessionTables, define_sessions
from adapters.store.stock.tables import StockTables, define_stock
from adapters.store.tables import Tables, define


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Every table of one database, grouped by subject."""

    tables: Tables
    ordering: OrderingTables
    journal: JournalTables
    money: MoneyTables
    credit: CreditTables
    returns: ReturnTables
    stock: StockTables
    authoring: AuthoringTables
    agreeing: AgreeingTables
    sessions: SessionTables


def mapped_at(address: Address) -> tuple[Database, Mapped]:
    """Migrates and maps the database at an address, the slowest part of opening a store.

    Raises what `open_store` does.
    """
    migrate(address)
    database = Database()
    tables = mapped(database)
    if isinstance(address, SqliteFile):  # Pony dispatches by its own providers only
        database.on_connect(_prepare)  # type: ignore[arg-type]
    try:
        database.bind(**binding(address))
        database.generate_mapping(check_tables=True)
    except (DBException, OrmError, sqlite3.Error, OSError) as error:
        raise unusable(address, error) from None
    return database, tables


def binding(address: Address) -> dict[str, Any]:
    """Arguments for Pony's `Database.bind`."""
    if isinstance(address, PostgresDatabase):
        return {"provider": PostgresProvider, **address.arguments()}
    file = {"filename": str(address.path.resolve()), "create_db": True, "timeout": BUSY_SECONDS}
    return {"provider": SqliteProvider, "factory": ThreadConnection, **file}


def mapped(database: Database) -> Mapped:
    """Defines every table as entities of `database`."""
    return Mapped(
        tables=define(database),
        ordering=define_ordering(database),
        journal=define_journal(database),
        money=define_money(database),
        credit=define_credit(database),
        returns=define_returns(database),
        stock=define_stock(database),
        authoring=define_authoring(database),
        agreeing=define_agreeing(database),
        sessions=define_sessions(database),
    )


def _prepare(_database: Database, connection: Any) -> None:
    """Makes commits durable before they return, and decodes texts without calling Python.

    The log is checkpointed every 16 MB, so that a page that changes often is copied to the database
    only once.
    """
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.text_factory = str
