"""Opens the store: a database by its address, its tables, and sessions on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg2
from pony.orm import (
    Database,
    DBException,
    OrmError,
    commit,
    db_session,
    rollback,
)

from adapters.store.answered import Answered
from adapters.store.decisions import Decisions
from adapters.store.editions import Editions
from adapters.store.goods import Goods
from adapters.store.journal.chains import Journal
from adapters.store.journal.tables import JournalTables, define_journal
from adapters.store.lifetime.withdrawing import Withdrawing
from adapters.store.money.accounts import GatewayAccounts
from adapters.store.money.comparing import Comparing
from adapters.store.money.inbox import Inbox
from adapters.store.money.lanes import Lanes
from adapters.store.money.payments import Payments
from adapters.store.money.refunds import Refunds
from adapters.store.money.resolving import Resolving
from adapters.store.money.seen import SeenMoney
from adapters.store.money.settlements import Settlements
from adapters.store.money.steps import Steps
from adapters.store.money.tables import MoneyTables, define_money
from adapters.store.ordering.amendments import Amendments
from adapters.store.ordering.history import OrderHistory
from adapters.store.ordering.standings import Standings
from adapters.store.ordering.tables import OrderingTables, define_ordering
from adapters.store.orders import Orders
from adapters.store.partners import Partners
from adapters.store.past.pages import Past
from adapters.store.place.address import Address, PostgresDatabase
from adapters.store.place.backends import BUSY_SECONDS
from adapters.store.place.connection import ThreadConnection
from adapters.store.place.provider import Provider
from adapters.store.place.schema import migrate, unusable
from adapters.store.place.troubles import told
from adapters.store.returns.arrivals import Arrivals
from adapters.store.returns.consumers import Consumers
from adapters.store.returns.counts import Counts
from adapters.store.returns.returns import Returns
from adapters.store.returns.seeing import SeenReturns
from adapters.store.returns.tables import ReturnTables, define_returns
from adapters.store.sealed import SealedTexts
from adapters.store.stock.channels import Channels
from adapters.store.stock.feeds import Feeds
from adapters.store.stock.moves import Stock
from adapters.store.stock.raising import Raising
from adapters.store.stock.sending import Sending
from adapters.store.stock.tables import StockTables, define_stock
from adapters.store.tables import Tables, define
from adapters.store.telling.of_policies import PolicyAudience
from adapters.store.withdrawals import Withdrawals


def utc_now() -> datetime:
    """The clock on the wall, for those who inject none."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Every table of one database, by what it is about."""

    tables: Tables
    ordering: OrderingTables
    journal: JournalTables
    money: MoneyTables
    returns: ReturnTables
    stock: StockTables


class Store:
    """Keeps and finds records; calls are grouped by what they are about.

    Sessions belong to a thread: never keep one open across an `await`.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        all_ = mapped(database)
        self._database = database
        self.now = now
        self.journal = Journal(all_.journal, now)
        self._pay(all_.money)
        self._trade(all_)
        self._decide(all_.tables)
        self._stock(all_)
        self._take_back(all_)
        self.sealed = SealedTexts(all_.money, all_.stock, all_.returns)

    def _trade(self, all_: Mapped) -> None:
        tables, now = all_.tables, self.now
        self.partners = Partners(tables, self.journal, now)
        self.goods = Goods(tables, self.journal)
        self.orders = Orders(tables, now)
        self.standings = Standings(tables, all_.ordering, all_.money, all_.returns)
        self.amendments = Amendments(all_.ordering, now)
        self.order_history = OrderHistory(all_.ordering, now)
        self.answered = Answered(tables, now)

    def _decide(self, tables: Tables) -> None:
        now = self.now
        audience = PolicyAudience(tables, self.journal, now)
        self.editions = Editions(tables, audience, now)
        self.withdrawals = Withdrawals(tables, now)
        self.withdrawing = Withdrawing(self.partners, self.editions, self.withdrawals, audience)
        self.decisions = Decisions(self._database, tables)
        self.past = Past(self._database, tables, self.session)

    def _pay(self, money: MoneyTables) -> None:
        now = self.now
        self.accounts = GatewayAccounts(money, self.journal, now)
        self.payments = Payments(money, self.journal)
        steps = Steps(money, self.journal, now)
        self.lanes = Lanes(money, self.journal, now)
        self.settlements = Settlements(money, steps, self.lanes, now)
        self.refunds = Refunds(money, steps)
        self.seen = SeenMoney(money)
        self.inbox = Inbox(money, now)
        self.comparing = Comparing(money, steps, self.journal)
        self.resolving = Resolving(money, steps, now)

    def _stock(self, all_: Mapped) -> None:
        raising = Raising(all_.tables, all_.stock, self.now)
        self.stock = Stock(all_.tables, all_.stock, self.journal, raising)
        self.channels = Channels(all_.tables, all_.stock, self.journal, raising)
        self.feeds = Feeds(all_.stock, self.journal, raising)
        self.sending = Sending(all_.tables, all_.stock, self.journal, raising)

    def _take_back(self, all_: Mapped) -> None:
        tables = (all_.tables, all_.returns)
        self.returns = Returns(self._database, tables, self.journal, self.now)
        self.counts = Counts(all_.returns)
        self.consumers = Consumers(all_.returns, self.journal)
        self.seen_returns = SeenReturns(all_.returns)
        self.arrivals = Arrivals(all_.returns, self.now)

    def session(self) -> AbstractContextManager[None]:
        """One unit of reading and writing; commits at its end.

        Reading takes no lock; the first write begins a transaction, the only one on SQLite. Raises
        `RequestFault` `conflict` or `unavailable`, as `atomic` does.
        """
        return _session(db_session)

    def writing(self) -> AbstractContextManager[None]:
        """A session that will write: on SQLite the writer's turn is taken at its start.

        A reader that becomes a writer is refused at once while another writes.
        """
        return _session(db_session(immediate=True))

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Inside a session: what was written is committed, or undone on any exception.

        Raises `RequestFault` `conflict` if somebody stored or changed the same thing meanwhile, and
        `unavailable` if the database was lost; whether it had committed shows when asked again.
        """
        with _told():
            try:
                yield
                commit()
            except BaseException:
                _leave()
                raise
            _leave()

    def rest(self) -> None:
        """Inside a session, before a call that takes long: lets go of all that was read or held."""
        _leave()

    def close(self) -> None:
        """Closes this thread's connection."""
        self._database.disconnect()


def mapped(database: Database) -> Mapped:
    """Every table, as entities of `database`."""
    return Mapped(
        tables=define(database),
        ordering=define_ordering(database),
        journal=define_journal(database),
        money=define_money(database),
        returns=define_returns(database),
        stock=define_stock(database),
    )


@contextmanager
def _session(session: AbstractContextManager[Any]) -> Iterator[None]:
    with _told(), session:
        yield
        commit()
        _leave()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (DBException, OrmError, psycopg2.Error) as error:
        fault = told(error)
        if fault is None:
            raise
        raise fault from error


def _leave() -> None:
    """Undoes what was not committed, and forgets what was read.

    After a commit Pony would begin a writing transaction for the next read. A connection that
    cannot even be given back is dropped, and the next session makes another.
    """
    with suppress(DBException, OrmError, psycopg2.Error):
        rollback()


def open_store(address: Address, now: Callable[[], datetime] = utc_now) -> Store:
    """The store at an address, its schema brought up to date first.

    Raises `RequestFault` `wrong_database` for what cannot be reached, is no database, holds other
    tables, or was made by a newer Takeback.
    """
    migrate(address)
    database = Database()
    store = Store(database, now)
    database.on_connect(provider="sqlite")(_prepare)  # type: ignore[arg-type]
    try:
        database.bind(**binding(address))
        database.generate_mapping(check_tables=True)
    except (DBException, OrmError, sqlite3.Error, OSError) as error:
        raise unusable(address, error) from None
    store.close()  # the next session may be of another thread
    return store


def binding(address: Address) -> dict[str, Any]:
    """What Pony binds a database with."""
    if isinstance(address, PostgresDatabase):
        return {"provider": Provider, **address.arguments()}
    file = {"filename": str(address.path.resolve()), "create_db": True, "timeout": BUSY_SECONDS}
    return {"provider": "sqlite", "factory": ThreadConnection, **file}


def _prepare(_database: Database, connection: Any) -> None:
    """A commit is on the disk before it is answered."""
    connection.execute("PRAGMA synchronous = FULL")
