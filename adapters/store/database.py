"""The store: groups of queries by subject, and the sessions in which they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

from pony.orm import Database, db_session

from adapters.store.agreeing.acceptances import Acceptances
from adapters.store.agreeing.invitations import Invitations
from adapters.store.audiences.of_policies import PolicyAudience
from adapters.store.authoring.drafts import PolicyDrafts
from adapters.store.connection import clocks, sessions
from adapters.store.connection.address import Address
from adapters.store.connection.locking import Lock
from adapters.store.connection.statements import Statements
from adapters.store.decision_history.pages import DecisionHistory
from adapters.store.decisions import Decisions
from adapters.store.editions import Editions
from adapters.store.figures import Figures
from adapters.store.goods import Goods
from adapters.store.governing import Governing
from adapters.store.group_commit import GroupCommit
from adapters.store.hot_reads.stamps import Stamps
from adapters.store.idempotency import IdempotencyKeys
from adapters.store.journal.chains import Journal
from adapters.store.journal.checkpoints import Checkpoints
from adapters.store.journal.ends import Ends
from adapters.store.keys import Keys
from adapters.store.last_days import LastDays
from adapters.store.lifetime.withdrawing import Withdrawing
from adapters.store.lists.pager import Lists
from adapters.store.mapping import Mapped, mapped_at
from adapters.store.money.accounts import GatewayAccounts
from adapters.store.money.adopting import Adopting
from adapters.store.money.charges.disputes import Disputes
from adapters.store.money.charges.keeping import Charges
from adapters.store.money.claims import Claims
from adapters.store.money.comparing import Comparing
from adapters.store.money.credit.posting import Posted
from adapters.store.money.credit.session_accounts import HeldAccounts
from adapters.store.money.credit.spending import Spending
from adapters.store.money.credit.tables import CreditTables
from adapters.store.money.credit.tenant_queries import TenantCredit
from adapters.store.money.inbox import Inbox
from adapters.store.money.lines import KnownLines
from adapters.store.money.moved import MoneyMoved
from adapters.store.money.payments import Payments
from adapters.store.money.payouts import Payouts
from adapters.store.money.refunds import Refunds
from adapters.store.money.resolving import Resolving
from adapters.store.money.settlements import Settlements
from adapters.store.money.steps import Steps
from adapters.store.money.tenant_queries import TenantMoney
from adapters.store.money.unread import UnreadEvents
from adapters.store.ordering.amendments import Amendments
from adapters.store.ordering.history import OrderHistory
from adapters.store.ordering.standings import Standings
from adapters.store.orders import Orders
from adapters.store.partners import Partners
from adapters.store.partnerships import Partnerships
from adapters.store.records import Decided
from adapters.store.returns.arrivals import Arrivals
from adapters.store.returns.consumers import Consumers
from adapters.store.returns.corrections import Corrections
from adapters.store.returns.counts import Counts
from adapters.store.returns.documents import Documents
from adapters.store.returns.due import DueReturns
from adapters.store.returns.held import HeldReturns
from adapters.store.returns.parcels import ReceivedParcels
from adapters.store.returns.reserved import ReservedUnits
from adapters.store.returns.returns import Returns
from adapters.store.returns.tenant_queries import TenantReturns
from adapters.store.sealed import SealedTexts
from adapters.store.sessions.keeping import Sessions
from adapters.store.stock.channels import Channels
from adapters.store.stock.feeds import Feeds
from adapters.store.stock.moves import Stock
from adapters.store.stock.raising import Raising
from adapters.store.stock.sending import Sending
from adapters.store.tables import Tables
from adapters.store.withdrawals import Withdrawals


def utc_now() -> datetime:
    """The system clock, for callers that inject none."""
    return datetime.now(UTC)


class Store:
    """Keeps and finds records; calls are grouped by subject.

    A session belongs to a thread: never keep one open across an `await`.
    """

    def __init__(self, database: Database, all_: Mapped, now: Callable[[], datetime]) -> None:
        self._database = database
        self._statements = Statements(database)
        self._reads = (self._statements, Stamps(self._statements))
        self.now = now
        self.journal = Journal(self._statements, all_.journal, now)
        self.journal_ends = Ends(self._statements, self.journal)
        self.checkpoints = Checkpoints(all_.journal, self.journal, now)
        self.last_days = LastDays(database, now)
        self._credit(all_.credit)
        self._pay(all_)
        self._trade(all_)
        self._decide(all_.tables)
        self._stock(all_)
        self._take_back(all_)
        self._agree(all_)
        self.sealed = SealedTexts(all_.money, all_.stock, all_.returns)

    @property
    def in_process(self) -> bool:
        """Whether the database is a part of this process, and no server that works beside it."""
        return not self._statements.locks

    def _trade(self, all_: Mapped) -> None:
        tables, now = all_.tables, self.now
        self.partners = Partners(self._reads, tables, self.journal, now)
        self.partnerships = Partnerships(
            self._reads, (tables, self.last_days), self.partners, self.journal
        )
        self.sessions = Sessions(all_.sessions, self.partners, now)
        self.goods = Goods(tables, self.journal, self.last_days)
        self.orders = Orders(self._statements, tables, now)
        self.standings = Standings(
            (self._statements, tables), all_.money, all_.returns, self.last_days
        )
        self.amendments = Amendments(all_.ordering, now)
        self.order_history = OrderHistory(self._statements, all_.ordering, now)
        self.idempotency = IdempotencyKeys(self._statements, now)

    def _decide(self, tables: Tables) -> None:
        now = self.now
        audience = PolicyAudience(tables, self.journal, self.last_days)
        self.editions = Editions(self._reads, tables, audience, now)
        self.governing = Governing(*self._reads)
        self.withdrawals = Withdrawals(tables, now)
        self.withdrawing = Withdrawing(self.partners, self.editions, self.withdrawals, audience)
        self.decisions = Decisions(self._statements, tables)
        self.group_commit = GroupCommit(self.session, self._keep)
        self.lists = Lists(self._database)
        self.figures = Figures(self._database)
        self.money_moved = MoneyMoved(self._database)
        self.decision_history = DecisionHistory(self._database, tables, self.session)

    def _agree(self, all_: Mapped) -> None:
        journal, now = self.journal, self.now
        self.policy_drafts = PolicyDrafts(all_.authoring, journal, now)
        self.acceptances = Acceptances(all_.agreeing, journal, now)
        self.invitations = Invitations(all_.agreeing, all_.tables, journal, now)
        self.keys = Keys(all_.tables, journal, now)

    def _credit(self, credit: CreditTables) -> None:
        accounts = HeldAccounts(self._statements)
        self._posted = Posted(credit, accounts, self.journal, self.now)
        self.spending = Spending(self._posted, self.journal)
        self.tenant_credit = TenantCredit(credit)

    def _pay(self, all_: Mapped) -> None:
        money, now = all_.money, self.now
        self.accounts = GatewayAccounts(money, self.journal, now)
        self.claims = Claims(self._statements, money, (self.journal, self._posted), now)
        steps = Steps(self._statements, money, self.journal, (self.claims, self._posted), now)
        self.disputes = Disputes(self._statements, money, self.journal, steps)
        self.charges = Charges(money, self.disputes, now)
        self.payments = Payments(money, self.journal, self.charges)
        self.payouts = Payouts(money, self.journal, now)
        reads = (self._statements, money)
        self.settlements = Settlements(reads, steps, self.payouts, now)
        self.refunds = Refunds(reads, steps)
        self.tenant_money = TenantMoney(money)
        self.inbox = Inbox(money, now)
        self.unread = UnreadEvents(money, self.journal, now)
        self.comparing = Comparing(money, steps, self.journal)
        self.adopting = Adopting(money, steps, KnownLines(all_.tables, all_.returns))
        self.resolving = Resolving(money, steps, now)

    def _stock(self, all_: Mapped) -> None:
        raising = Raising(self._statements, all_.tables, all_.stock, self.now)
        self.stock = Stock(self._statements, (all_.tables, all_.stock), self.journal, raising)
        self.channels = Channels(all_.tables, all_.stock, self.journal, raising)
        self.feeds = Feeds(all_.stock, self.journal, raising)
        self.sending = Sending(all_.tables, all_.stock, self.journal, raising)

    def _take_back(self, all_: Mapped) -> None:
        held = HeldReturns(self._statements)
        self.returns = Returns(self._statements, held, self.journal, self.now)
        self.reserved_units = ReservedUnits(self._statements, held)
        self.due_returns = DueReturns(self._database, all_.returns, self.now)
        self.counts = Counts(all_.returns)
        self.documents = Documents(all_.returns, self.now)
        self.consumers = Consumers((self._statements, all_.returns), self.documents, self.journal)
        self.tenant_returns = TenantReturns(self._statements, all_.returns)
        self.arrivals = Arrivals(held, self.now)
        self.corrections = Corrections(held, all_.returns, self.now)
        self.received_parcels = ReceivedParcels(held, all_.returns, self.now)

    def session(self) -> AbstractContextManager[None]:
        """One unit of reading and writing, which commits at its end.

        Reading takes no lock; the first write begins a transaction, of which SQLite has one at a
        time. Raises `RequestFault` `conflict` or `unavailable`, as `atomic` does.
        """
        return sessions.session_of(db_session, self._write)

    def writing(self) -> AbstractContextManager[None]:
        """A session that will write: on SQLite it takes the write lock at its start.

        There, a session that began by reading fails at once if it writes while another session
        does.
        """
        return sessions.session_of(db_session(immediate=True), self._write)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Inside a session: commits what was written, or undoes it on any exception.

        Raises `RequestFault` `conflict` if somebody stored or changed the same thing meanwhile, and
        `unavailable` if the database was lost; whether it had committed shows when asked again.
        """
        with sessions.told_faults():
            try:
                yield
                sessions.commit_now(self._write)
            except BaseException:
                sessions.leave()
                raise
            sessions.leave()

    def lock(self, *locks: Lock) -> None:
        """Inside a writing session: locks these rows until it ends.

        Callers that lock rows in several calls follow the order that
        `adapters.store.connection.locking` gives.
        """
        self._statements.lock(locks)

    def _write(self) -> None:
        """Writes what was queued for the end of a session, beside Pony's own entities."""
        self.journal.write()

    def _keep(self, decided: Sequence[Decided]) -> None:
        with self.atomic():
            self.decisions.add_alone(decided)

    def rest(self) -> None:
        """Inside a session, before a slow call: releases everything that was read or locked."""
        sessions.leave()

    def check(self) -> None:
        """Reads every table and tries a write; raises `RequestFault` `unavailable` on failure."""
        with self.session():
            run: Callable[[str], object] = self._database.execute
            for entity in self._database.entities.values():
                run(f'SELECT 1 FROM "{entity._table_}" WHERE 1 = 0')  # noqa: S608 - our own names
        with self.writing():
            self.inbox.try_out()

    def check_clock(self) -> None:
        """Raises `RequestFault` `wrong_clock` if this process's clock is hours off the database
        server's.
        """
        clocks.check(self.seconds_ahead())

    def seconds_ahead(self) -> float:
        """By how many seconds this process's clock is ahead of the database server's.

        On SQLite 0: every process that uses the file is on the same machine.
        """
        if self.in_process:
            return 0.0
        asked = "SELECT extract(epoch FROM clock_timestamp())"
        run: Callable[[str], Any] = self._database.execute
        with self.session():
            (at,) = run(asked).fetchone()
            return self.now().timestamp() - float(at)

    def close(self) -> None:
        """Closes this thread's connection."""
        self._database.disconnect()


def open_store(address: Address, now: Callable[[], datetime] = utc_now) -> Store:
    """Opens the store at an address, after migrating its schema.

    Raises `RequestFault` `wrong_database` if it cannot be reached, is no database, holds foreign
    tables, or was made by a newer Takeback; `RuntimeError` inside a session.
    """
    sessions.check_outside()
    store = Store(*mapped_at(address), now)
    store.close()  # the next session may be in another thread
    return store
