"""Immutable records of money that outlive the session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import Struct

from adapters.store.timestamps import given_back
from engine.money import Money
from engine.settlement.gateway import FACTS, Movement
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.ledger import ClaimState
from engine.settlement.machine import SettlementState
from engine.settlement.plan import shared_out
from engine.settlement.steps import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How an order was paid; the ceiling of everything that goes back of it."""

    id: str
    supplier: str
    retailer: str
    order: str
    amount: Money
    ways: PaymentReferences


class Settlement(Struct, frozen=True, kw_only=True, gc=False):
    """One movement of money or credit for a return line, or for a whole order (`order:ID:PAYEE`).

    Something moved at the gateway without Takeback is its own cause: `found:REFERENCE`. `tax` is
    the part of `amount` that gives back tax, in minor units; `claimed` was deducted for money that
    was paid and not owed. Money that had moved may come back later (`came_back_at`); `excess` is
    the part of it that was not owed and whose claim ended with that (minor units).
    """

    id: str
    return_line: str
    sequence: int
    order_line: str
    payment: str | None
    supplier: str
    retailer: str
    instrument: Instrument
    amount: Money
    claimed: Money
    state: SettlementState
    trouble: str
    sentence: str
    why: str
    instead_of: str
    reference: str
    generation: int
    attempts: int
    polls: int
    first_sent: datetime | None
    made_at: datetime
    ways: PaymentReferences
    tax: int = 0
    line_most: int = 0

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Metadata of its movement, from which a restored database without it can make it again."""
        return tuple((name, str(getattr(self, name))) for name in FACTS)

    came_back_at: datetime | None = None
    excess: int = 0

    @property
    def open_amount(self) -> Money:
        """The amount that a replacement has to move."""
        return Money(self.amount.minor - self.excess, self.amount.currency)

    @property
    def open_tax(self) -> int:
        """The tax in that amount."""
        return shared_out(self.tax, (self.open_amount.minor, self.excess))[0]

    @property
    def movement(self) -> Movement:
        """What the gateway is asked to do; the idempotency key is of this generation."""
        return Movement(
            settlement=self.id,
            key=f"{self.id}.{self.generation}",
            instrument=self.instrument,
            amount=self.amount,
            ways=self.ways,
            facts=self.facts,
        )

    def standing(self, now: datetime) -> Standing:
        """Its progress at a moment, for the rules of retrying."""
        sent = self.first_sent or now
        return Standing(
            state=self.state,
            attempts=self.attempts,
            generation=self.generation,
            polls=self.polls,
            age=(now - sent).total_seconds(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Money that was paid and is not owed: the supplier's claim on the retailer.

    `by` is `offset` (following credits are reduced) or `billed`; `left` is neither paid back nor
    let go; `let_go` was dropped or withdrawn. `due_on` is the last day to pay (an ISO date), None
    without one; `ended_why` is the supplier's reason for its end.
    """

    id: str
    return_line: str
    order_line: str
    supplier: str
    retailer: str
    amount: Money
    left: Money
    let_go: Money
    by: str
    state: ClaimState
    due_on: str | None
    why: str
    ended_why: str
    made_at: datetime


def claim(row: Any) -> Claim:
    """From an entity, inside a session."""
    return Claim(
        id=row.id,
        return_line=row.return_line,
        order_line=row.order_line,
        supplier=row.supplier,
        retailer=row.retailer,
        amount=Money(row.amount, row.currency),
        left=Money(row.amount - row.paid - row.let_go, row.currency),
        let_go=Money(row.let_go, row.currency),
        by=row.by,
        state=ClaimState(row.state),
        due_on=row.due_on or None,
        why=row.why,
        ended_why=row.ended_why,
        made_at=given_back(row.made_at),
    )


def unpaid_of(found: Iterable[Settlement]) -> int:
    """Minor units of a return line whose settlements failed and were not replaced."""
    return _open(found, SettlementState.FAILED)


def unmoved_of(found: Iterable[Settlement]) -> int:
    """Minor units of a return line that were owed and did not move: they failed or were given up,
    and were not replaced.
    """
    return _open(found, SettlementState.FAILED, SettlementState.CANCELLED)


def _open(found: Iterable[Settlement], *states: SettlementState) -> int:
    every = tuple(found)
    replaced = {each.instead_of for each in every}
    return sum(
        each.open_amount.minor for each in every if each.state in states and each.id not in replaced
    )


def payment(row: Any) -> Payment:
    """From an entity, inside a session."""
    return Payment(
        id=row.id,
        supplier=row.supplier,
        retailer=row.retailer,
        order=row.order,
        amount=Money(row.amount, row.currency),
        ways=ways(row),
    )


def ways(row: Any) -> PaymentReferences:
    """The gateway's ids of a payment; empty ones for None."""
    if row is None:
        return PaymentReferences()
    return PaymentReferences(charge=row.charge, invoice=row.invoice, customer=row.customer)


def settlement(row: Any) -> Settlement:
    """From an entity, inside a session."""
    return Settlement(
        id=row.id,
        return_line=row.return_line,
        sequence=row.sequence,
        order_line=row.order_line,
        payment=row.payment.id if row.payment else None,
        supplier=row.supplier,
        retailer=row.retailer,
        instrument=Instrument(row.instrument),
        amount=Money(row.amount, row.currency),
        claimed=Money(row.claimed, row.currency),
        state=SettlementState(row.state),
        trouble=row.trouble,
        sentence=row.sentence,
        why=row.why,
        instead_of=row.instead_of,
        reference=row.reference,
        generation=row.generation,
        attempts=row.attempts,
        polls=row.polls,
        first_sent=given_back(row.first_sent) if row.first_sent else None,
        made_at=given_back(row.made_at),
        ways=ways(row.payment),
        tax=row.tax,
        line_most=row.line_most,
        came_back_at=given_back(row.came_back_at) if row.came_back_at else None,
        excess=row.excess,
    )
