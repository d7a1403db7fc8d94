"""What the store gives back of money: plain, immutable records that outlive the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.store.moments import given_back
from engine.money import Money
from engine.settlement.gateway import Movement
from engine.settlement.instruments import Instrument, Ways
from engine.settlement.machine import SettlementState
from engine.settlement.steps import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How a retailer paid an order; the ceiling of all that goes back of it."""

    id: str
    supplier: str
    retailer: str
    order: str
    amount: Money
    ways: Ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One movement of money or credit that squares a return line, or as `order:ID` an order.

    What somebody moved at the gateway without us squares itself: `found:REFERENCE`.
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
    ways: Ways

    @property
    def movement(self) -> Movement:
        """What the gateway is told; the key is this generation's."""
        return Movement(
            settlement=self.id,
            key=f"{self.id}.{self.generation}",
            instrument=self.instrument,
            amount=self.amount,
            ways=self.ways,
            facts=(("return_line", self.return_line), ("supplier", self.supplier)),
            first_sent=self.first_sent,
        )

    def standing(self, now: datetime) -> Standing:
        """Where it stands at a moment."""
        sent = self.first_sent or now
        return Standing(
            state=self.state,
            attempts=self.attempts,
            generation=self.generation,
            polls=self.polls,
            age=(now - sent).total_seconds(),
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


def ways(row: Any) -> Ways:
    """What the gateway knows of a payment; nothing of none."""
    if row is None:
        return Ways()
    return Ways(charge=row.charge, invoice=row.invoice, customer=row.customer)


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
    )
