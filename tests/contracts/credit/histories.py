"""Random histories of settlements, claims, uses and failures, on a real store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.claims import Credit, NewClaim
from adapters.store.money.credit.records import Between, CreditBalance, CreditEntry, Of
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Claim, Settlement, claim
from adapters.store.money.steps import Asked
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from engine.settlement.ledger import ClaimState
from engine.settlement.machine import SettlementState

OURS = Between(supplier="acme", retailer="northwind", currency="USD")
MONTHS = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)]


@dataclass(slots=True)
class Clock:
    """A clock that each act moves."""

    at: datetime = datetime(2025, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class History:
    """What was done, and what a plain count of it says of the balance (minor units)."""

    store: Store
    clock: Clock
    random: Random
    payment: str
    credited: int = 0
    spent: int = 0
    lines: int = 0
    sent: list[Settlement] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def act(self) -> None:
        """One act of any kind."""
        self.clock.at += timedelta(hours=self.random.randint(0, 90))
        acts: list[Callable[[], None]] = [
            self.credit,
            self.credit,
            self.refund,
            self.claim,
            self.withdraw,
            self.end,
            self.spend,
            self.spend,
            self.instead,
            self.come_back,
        ]
        self.random.choice(acts)()

    def credit(self) -> None:
        self._move("account_credit", None)

    def refund(self) -> None:
        self._move("refund", self.payment)

    def _move(self, remedy: str, payment: str | None) -> None:
        """As a return is settled: less the claims that it pays."""
        self.lines += 1
        due = Money(self.random.randint(1, 90), "USD")
        with self.store.writing():
            claims = self.store.claims.take_off(("acme", "northwind"), due, ())
            left = due.minor - sum(part for _, part in claims)
            made = self.store.settlements.plan(self._asked(left, remedy, payment)) if left else None
            for key, part in claims:
                credit = Credit(f"ol_{self.lines}", made.id if made else "")
                self.store.claims.pay(key, part, credit, "tests")
        if made and payment is None:
            self.credited += left
        elif made:
            self.sent.append(made)

    def _asked(self, cents: int, remedy: str, payment: str | None) -> Asked:
        return Asked(
            return_line=f"rl_{self.lines}",
            sequence=1,
            order_line=f"ol_{self.lines}",
            supplier="acme",
            retailer="northwind",
            remedy=remedy,
            amount=Money(cents, "USD"),
            line_most=0,
            payment=payment,
            actor="tests",
        )

    def claim(self, line: str = "") -> None:
        by = self.random.choice(("offset", "offset", "billed"))
        with self.store.writing():
            self.store.claims.make(
                NewClaim(
                    return_line=line or f"rl_{self.lines}",
                    order_line="ol_1",
                    supplier="acme",
                    retailer="northwind",
                    amount=Money(self.random.randint(1, 90), "USD"),
                    by=by,
                    due_on="",
                    why="tests",
                    actor="tests",
                )
            )

    def withdraw(self) -> None:
        """A refund that was never sent is not owed after all."""
        if self.sent:
            made = self.sent.pop(self.random.randrange(len(self.sent)))
            with self.store.writing():
                self.store.resolving.withdraw(made.return_line, "tests")

    def end(self) -> None:
        with self.store.writing():
            found = claims_of(self.store, ClaimState.OPEN)
            if found:
                state = self.random.choice((ClaimState.PAID, ClaimState.DROPPED))
                self.store.claims.end(self.random.choice(found).id, state, "why", "tests")

    def come_back(self) -> None:
        """A refund that moved comes back, whatever is claimed of it by then."""
        if not self.sent:
            return
        made = self.sent.pop(self.random.randrange(len(self.sent)))
        if self.random.random() < 0.5:
            self.claim(made.return_line)
        with self.store.writing():
            row = self.store.resolving._tables.Settlement.get_for_update(id=made.id)
            row.due = None
            for state in (SettlementState.SUCCEEDED, SettlementState.FAILED):
                self.store.resolving._steps.change(row, state, "tests")

    def instead(self) -> None:
        """A refund fails for good, and is credited instead."""
        if not self.sent:
            return
        made = self.sent.pop()
        with self.store.writing():
            row = self.store.resolving._tables.Settlement.get_for_update(id=made.id)
            row.due = None
            self.store.resolving._steps.change(row, SettlementState.FAILED, "tests")
            if row.state == SettlementState.CANCELLED:
                return  # all of it is claimed back
            credit = self.store.resolving.credit_instead(made.id, "tests")
        assert credit.state is SettlementState.SUCCEEDED
        self.credited += credit.amount.minor

    def spend(self) -> None:
        cents = self.random.randint(0, 60)
        try:
            with self.store.writing():
                if self.random.random() < 0.5:
                    self.store.spending.use(OURS, cents, "INV-1", "tests")
                else:
                    paid = Of(how="bank transfer", reference="T-1")
                    self.store.spending.pay_out(OURS, cents, paid, "tests")
            self.spent += cents
        except RequestFault as fault:
            self.refused.append(fault.code)


def begun(address: Address, seed: int, acts: int) -> History:
    """A history of some acts, on a store of its own; whoever asks closes it."""
    clock = Clock()
    store = open_store(address, clock)
    new = NewPayment(
        supplier="acme",
        retailer="northwind",
        order="po_1",
        amount=Money(100_000, "USD"),
        ways=PaymentReferences(charge="pi_1"),
        by="tests",
    )
    with store.writing():
        paid = store.payments.add(new)
    history = History(store, clock, Random(seed), paid.id)
    for _ in range(acts):
        history.act()
    return history


def entries(store: Store) -> list[CreditEntry]:
    """All of a history, inside a session."""
    seen = store.tenant_credit
    months = [seen.entries(OURS, seen.numbers(OURS, month)) for month in MONTHS]
    return [each for month in months for each in month]


def balances(store: Store, tenant: str) -> list[CreditBalance]:
    """Those of all ledgers of a partner."""
    return [store.tenant_credit.balance(of) for of in store.tenant_credit.ledgers(tenant)]


def claims_of(store: Store, *states: ClaimState) -> list[Claim]:
    """Every claim, in the order in which they were made; in some states, if given."""
    rows = sorted(store.claims._tables.Claim.select(), key=lambda row: (row.made_at, row.id))
    return [claim(row) for row in rows if not states or row.state in states]
