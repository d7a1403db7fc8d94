"""Refunds of whole orders: what would go back, and the one settlement that takes it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from adapters.store.money.records import Payment, Settlement, payment, settlement
from adapters.store.money.steps import Asked, Steps
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.instruments import Instrument, instrument_for
from engine.settlement.plan import DISPUTED, planned

MOST_WORDS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledUnits:
    """Units of an order line that were cancelled, and whose money goes back."""

    order_line: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefund:
    """What is to go back of an order, in minor units: `amount`, or all that is left.

    `payee` is the partner that was paid: its supplier, or its retailer by the consumer. `keep_back`
    is what the payee keeps of that (a fee). `payment` is needed where several payments have
    something left. `units` are the cancelled ones that it is for, if it is for some.
    """

    order: str
    payee: str
    payment: str | None = None
    amount: int | None = None
    keep_back: int = 0
    units: tuple[CancelledUnits, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a refund would move, by which way; `left` is of the payment before it."""

    payment: Payment
    instrument: Instrument
    amount: Money
    taken: Money
    left: Money

    @property
    def left_after(self) -> Money:
        """What could still go back after it."""
        return Money(self.left.minor - self.amount.minor, self.left.currency)


class Refunds:
    """Every call runs inside a session of the store; whoever asks may see the order."""

    def __init__(self, tables: MoneyTables, steps: Steps) -> None:
        self._tables = tables
        self._steps = steps

    def left_of(self, key: str) -> Money:
        """What may still go back of a payment."""
        row = self._tables.Payment[key]
        return Money(max(0, row.amount - self._steps.taken_of(row)), row.currency)

    def taken_of_line(self, order_line: str) -> int:
        """Minor units that went back, or may have, for returns of an order line."""
        return self._steps.taken_of_line(order_line)

    def is_disputed(self, key: str) -> bool:
        """Whether the payer took a payment back through its bank, or tries to."""
        return self._steps.disputed(self._tables.Payment[key])

    def preview(self, said: OrderRefund) -> Preview:
        """What a refund would do now; raises `RequestFault` where there would be none."""
        return self._figured(self._chosen(said), said)

    def refund(self, said: OrderRefund, why: str, actor: str) -> Settlement:
        """Plans it under the lock of its payment; raises `RequestFault` where it does not fit."""
        if not why.strip() or len(why) > MOST_WORDS:
            raise RequestFault("wrong_why", f"A reason has 1 to {MOST_WORDS:,} characters.", "why")
        # Held before any sum is asked for: Pony answers the same question of a session once.
        self._payments(said, hold=True)
        row = self._chosen(said)
        figured = self._figured(row, said)
        asked = Asked(
            return_line=_cause(said),
            sequence=self._next(_cause(said)),
            order_line=_cause(said),
            supplier=row.supplier,
            retailer=row.retailer,
            remedy=_remedy(figured.payment),
            amount=figured.amount,
            line_most=0,
            payment=row.id,
            actor=actor,
            why=why,
        )
        ceilings = self._steps.ceilings(asked.order_line, 0, row)
        plan = planned(asked.amount, figured.instrument, ceilings)
        made = self._steps.make(asked, row, plan)
        for each in said.units:
            self._tables.CancelledRefund(
                settlement=made.id, order_line=each.order_line, units=each.units
            )
        return settlement(made)

    def units_refunded(self, order_line: str) -> int:
        """Cancelled units of an order line whose money went back, or may have."""
        return self._steps.units_refunded(order_line)

    def _chosen(self, said: OrderRefund) -> Any:
        """The payment that is meant."""
        found = self._payments(said)
        if said.payment is not None:
            found = [row for row in found if row.id == said.payment]
            if not found:
                raise RequestFault("not_found", "The order has no such payment.", "payment")
        if not found:
            raise RequestFault(
                "no_payment", "How this order was paid is not known; add its payment first."
            )
        full = [row for row in found if row.amount > self._steps.taken_of(row)]
        if len(full) > 1:
            raise RequestFault(
                "several_payments", "The order was paid in parts; say which is meant.", "payment"
            )
        return (full or found)[0]

    def _payments(self, said: OrderRefund, *, hold: bool = False) -> list[Any]:
        rows, order, payee = self._tables.Payment, said.order, said.payee
        found = select(p for p in rows if p.order == order and p.supplier == payee)
        found = found.order_by(rows.id)
        return list(found.for_update() if hold else found)

    def _figured(self, row: Any, said: OrderRefund) -> Preview:
        known, taken = payment(row), self._steps.taken_of(row)
        left = max(0, row.amount - taken)
        if self._steps.disputed(row):
            raise RequestFault("disputed", DISPUTED)
        if left == 0:
            raise RequestFault("nothing_left", f"All of {known.amount} went back already.")
        gross = left if said.amount is None else said.amount
        _check(gross, said.keep_back, Money(left, row.currency))
        return Preview(
            payment=known,
            instrument=instrument_for(_remedy(known), known.ways),
            amount=Money(gross - said.keep_back, row.currency),
            taken=Money(taken, row.currency),
            left=Money(left, row.currency),
        )

    def _next(self, cause: str) -> int:
        rows = self._tables.Settlement
        last = select(max(s.sequence) for s in rows if s.return_line == cause).first()
        return 1 + (last or 0)


def _cause(said: OrderRefund) -> str:
    """What stands for the whole order in place of a return line; another for each payee."""
    return f"order:{said.order}:{said.payee}"


def _check(gross: int, keep_back: int, left: Money) -> None:
    if gross > left.minor:
        raise RequestFault(
            "over_what_is_left",
            f"{Money(gross, left.currency)} is asked for and {left} is left.",
            "amount",
        )
    if keep_back < 0 or gross - keep_back <= 0:
        raise RequestFault("nothing_to_refund", "What goes back is more than nothing.", "amount")


def _remedy(paid: Payment) -> str:
    """Back by the way it came: through the charge, else as a note on the invoice."""
    return "credit_memo" if paid.ways.invoice and not paid.ways.charge else "refund"
