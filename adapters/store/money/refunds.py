"""Refunds of whole orders: previews them, and plans their settlements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from adapters.store.connection.statements import Statements
from adapters.store.money.records import Payment, Settlement, payment, ways
from adapters.store.money.spread.paid import Of, Paid, stand
from adapters.store.money.spread.parts import Part, Purses
from adapters.store.money.steps import Asked, Steps
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.plan import DISPUTED, HELD

MOST_WORDS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledUnits:
    """Units of an order line that were cancelled, and whose money goes back."""

    order_line: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefund:
    """A refund of an order, in minor units: `amount`, or all that is left.

    `payee` is the partner that was paid: its supplier, or its retailer by the consumer. `keep_back`
    is a fee that the payee keeps of the amount. `payment` limits the refund to one payment. `lines`
    are the keys of all lines of the order. `units` are the cancelled units that it is for, if any,
    and `tax` is their tax in `amount`.
    """

    order: str
    payee: str
    payment: str | None = None
    amount: int | None = None
    keep_back: int = 0
    tax: int = 0
    units: tuple[CancelledUnits, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What goes back of one payment, and by which instrument."""

    payment: Payment
    instrument: Instrument
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a refund would move, and by which instruments; `left` is what was left before it."""

    shares: tuple[Share, ...]
    amount: Money
    taken: Money
    left: Money

    @property
    def payment(self) -> Payment:
        """The first payment that is used."""
        return self.shares[0].payment

    @property
    def instrument(self) -> Instrument:
        """The instrument for that payment."""
        return self.shares[0].instrument

    @property
    def left_after(self) -> Money:
        """What can still go back after the refund."""
        return Money(self.left.minor - self.amount.minor, self.left.currency)


class Refunds:
    """Every call runs inside a session of the store; callers may see the order."""

    def __init__(self, reads: tuple[Statements, MoneyTables], steps: Steps) -> None:
        self._statements, self._tables = reads
        self._steps = steps

    def left_of(self, key: str) -> Money:
        """What may still go back of a payment."""
        row = self._tables.Payment[key]
        return Money(self._steps.carried(row).room, row.currency)

    def taken_of_line(self, order_line: str) -> int:
        """Minor units that went back, or may have, for returns of an order line."""
        return self._steps.taken_of_line(order_line)

    def is_disputed(self, key: str) -> bool:
        """Whether the payer took a payment back through its bank, or tries to."""
        return self._steps.disputed(self._tables.Payment[key])

    def preview(self, said: OrderRefund) -> Preview:
        """What a refund would do now; raises `RequestFault` if it is not possible."""
        purses = self._purses(said)
        amount = self._figured(purses, said)
        return Preview(
            shares=tuple(
                Share(
                    payment=payment(part.paid),
                    instrument=part.plan.instrument,
                    amount=part.plan.amount,
                )
                for part in purses.parts(amount, 0, _remedy, _meant(purses, said))
            ),
            amount=amount,
            taken=Money(purses.taken, amount.currency),
            left=Money(purses.free(_meant(purses, said)), amount.currency),
        )

    def refund(self, said: OrderRefund, why: str, actor: str) -> Settlement:
        """Plans a refund; returns its first settlement, the only one if one payment covers it."""
        return self.refund_spread(said, why, actor)[0]

    def refund_spread(self, said: OrderRefund, why: str, actor: str) -> tuple[Settlement, ...]:
        """Plans a refund under the locks of its payments; raises `RequestFault` if there is no
        room.
        """
        check_why(why)
        purses = self._purses(said, hold=True)
        amount = self._figured(purses, said)
        tax, first = min(said.tax, amount.minor), self._next(_cause(said))
        made = [
            self._steps.make(_asked(said, part, first + place, why, actor), part.paid, part.plan)
            for place, part in enumerate(purses.parts(amount, tax, _remedy, _meant(purses, said)))
        ]
        for one in made:
            for each in said.units:
                self._tables.CancelledRefund(
                    settlement=one.id,
                    order_line=each.order_line,
                    units=each.units,
                    part_of=made[0].id,
                    whole=amount.minor,
                )
        return tuple(made)

    def units_refunded(self, order_line: str) -> int:
        """Cancelled units of an order line that were or may have been refunded."""
        return self._steps.units_refunded(order_line)

    def _purses(self, said: OrderRefund, *, hold: bool = False) -> Purses:
        of = Of(order=said.order, payee=said.payee, lines=said.lines)
        purses = Purses(stand(self._statements, of, hold=hold))
        if not purses.rows:
            said_of = "No payment of this order to the refunding partner is on record"
            raise RequestFault("no_payment", f"{said_of}; add that payment first.")
        return purses

    def _figured(self, purses: Purses, said: OrderRefund) -> Money:
        """The amount that goes back, less what is kept; raises `RequestFault`."""
        meant = _meant(purses, said)
        currency, left = meant[0].currency, purses.free(meant)
        held = any(row.carried.free < row.carried.room for row in meant)
        if held and (left == 0 or left < (said.amount or 0)):
            free = Money(left, currency)
            raise RequestFault(HELD, f"{DISPUTED} {free} may go back before the dispute ends.")
        if left == 0:
            whole = Money(sum(row.amount for row in meant), currency)
            raise RequestFault("nothing_left", f"All of {whole} went back already.")
        gross = left if said.amount is None else said.amount
        _check(gross, said.keep_back, Money(left, currency))
        return Money(gross - said.keep_back, currency)

    def _next(self, cause: str) -> int:
        rows = self._tables.Settlement
        last = select(max(s.sequence) for s in rows if s.return_line == cause).first()
        return 1 + (last or 0)


def _cause(said: OrderRefund) -> str:
    """The cause of settlements of a whole order, in place of a return line; one for each payee."""
    return f"order:{said.order}:{said.payee}"


def check_why(why: str) -> None:
    """Raises `RequestFault` `wrong_why` for a reason that nobody could read."""
    if not why.strip() or len(why) > MOST_WORDS:
        raise RequestFault("wrong_why", f"A reason has 1 to {MOST_WORDS:,} characters.", "why")


def _check(gross: int, keep_back: int, left: Money) -> None:
    if gross > left.minor:
        raise RequestFault(
            "over_what_is_left",
            f"{Money(gross, left.currency)} is asked for and {left} is left.",
            "amount",
        )
    if keep_back < 0 or gross - keep_back <= 0:
        raise RequestFault("nothing_to_refund", "What goes back is more than nothing.", "amount")


def _remedy(ways: PaymentReferences) -> str:
    """Pays back the way it was paid: through the charge, else by a credit note on the invoice."""
    return "credit_memo" if ways.invoice and not ways.charge else "refund"


def _meant(purses: Purses, said: OrderRefund) -> list[Paid]:
    """The named payment, or all; raises `RequestFault` if the order lacks it."""
    found = [row for row in purses.rows if said.payment in (None, row.id)]
    if not found:
        raise RequestFault("not_found", "The order has no such payment.", "payment")
    return found


def _asked(said: OrderRefund, part: Part, sequence: int, why: str, actor: str) -> Asked:
    row = part.paid
    return Asked(
        return_line=_cause(said),
        sequence=sequence,
        order_line=_cause(said),
        supplier=row.supplier,
        retailer=row.retailer,
        remedy=_remedy(ways(row)),
        amount=part.plan.amount,
        line_most=0,
        payment=row.id,
        actor=actor,
        why=why,
        tax=part.tax,
    )
