"""Divides an amount that goes back over the payments of its order, within their joint ceiling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from adapters.store.money.charges.ceilings import counted
from adapters.store.money.records import Settlement, ways
from adapters.store.money.spread.paid import Paid, Stand
from engine.money import Money
from engine.settlement.instruments import AT_GATEWAY, PaymentReferences, instrument_for
from engine.settlement.plan import Ceiling, SettlementPlan, planned, shared_out
from engine.settlement.spreading import Purse, spread

RemedyOf = Callable[[PaymentReferences], str]
"""Chooses the remedy for a payment."""


class Part(Struct, frozen=True, kw_only=True, gc=False):
    """The part that goes back of one payment; `tax` in minor units."""

    paid: Paid
    plan: SettlementPlan
    tax: int = 0


class Purses:
    """The payments of one order to one payee, as read under locks by a planner.

    The planner reports what it plans meanwhile, so that nothing is read again.
    """

    def __init__(self, stand: Stand) -> None:
        self.rows = stand.payments
        self._loose = stand.loose
        self._taken, self._last = dict(stand.taken), dict(stand.last)

    def made(self, settlement: Settlement) -> None:
        """Counts a settlement that was planned just now, of one of the payments or of none."""
        minor, line = settlement.amount.minor, settlement.order_line
        self._last[settlement.return_line] = settlement.sequence
        if not counted(settlement):
            return
        self.took(line, minor)
        if settlement.payment is None:
            self._loose += minor if settlement.instrument not in AT_GATEWAY else 0
        paid = next((row for row in self.rows if row.id == settlement.payment), None)
        if paid is not None:
            self.rows = tuple(_with(row, paid, minor) for row in self.rows)

    def took(self, order_line: str, minor: int) -> None:
        """Counts an amount planned for a line, or offset from its credit (minor units)."""
        self._taken[order_line] = self.taken_of(order_line) + minor

    def taken_of(self, order_line: str) -> int:
        """Minor units that went back of an order line, or may have."""
        return self._taken.get(order_line, 0)

    def last(self, return_line: str) -> int:
        """The sequence of the last settlement of a return line, 0 before the first."""
        return self._last.get(return_line, 0)

    @property
    def taken(self) -> int:
        """Minor units that went back of the order, or may have, by any instrument."""
        return sum(row.carried.payment.taken for row in self.rows) + self._loose

    @property
    def left(self) -> int:
        """Minor units that may still go back of the order, disputed or not."""
        return max(0, sum(row.carried.room for row in self.rows) - self._loose)

    def free(self, rows: Sequence[Paid]) -> int:
        """Minor units that may go back of some payments now."""
        return min(self.left, sum(row.carried.free for row in rows))

    def parts(
        self, amount: Money, tax: int, remedy: RemedyOf, among: Sequence[Paid] | None = None
    ) -> tuple[Part, ...]:
        """Divides an amount over the payments; disputed or uncovered parts wait for a person."""
        rows = self.rows if among is None else among
        left = min(amount.minor, self.left)
        free = [row.carried.free for row in rows]
        held = [row.carried.room - now for row, now in zip(rows, free, strict=True)]
        moving = self._spread(left, rows, free, remedy)
        rest = left - sum(part for _, part in moving)
        waiting = self._spread(rest, rows, held, remedy) if rest else []
        over = amount.minor - sum(part for _, part in (*moving, *waiting))
        made = [
            (row, self._plan(row, Money(part, amount.currency), remedy, disputed=parts is waiting))
            for parts in (moving, waiting)
            for row, part in parts
        ]
        if over:
            made.append((rows[0], self._over(rows[0], Money(over, amount.currency), remedy)))
        taxes = shared_out(tax, tuple(plan.amount.minor for _, plan in made))
        return tuple(
            Part(paid=row, plan=plan, tax=part)
            for (row, plan), part in zip(made, taxes, strict=True)
        )

    def _spread(
        self, amount: int, rows: Sequence[Paid], rooms: Sequence[int], remedy: RemedyOf
    ) -> list[tuple[Paid, int]]:
        purses = [
            Purse(instrument_for(remedy(ways(row)), ways(row)), room)
            for row, room in zip(rows, rooms, strict=True)
        ]
        return [(rows[place], part) for place, part in spread(amount, purses)]

    def _plan(
        self, row: Paid, amount: Money, remedy: RemedyOf, *, disputed: bool
    ) -> SettlementPlan:
        instrument = instrument_for(remedy(ways(row)), ways(row))
        return planned(amount, instrument, row.carried.ceilings, disputed=disputed)

    def _over(self, row: Paid, amount: Money, remedy: RemedyOf) -> SettlementPlan:
        nothing = Ceiling(name="the order's payments", most=0, taken=0)
        return planned(amount, instrument_for(remedy(ways(row)), ways(row)), (nothing,))


def _with(row: Paid, paid: Paid, minor: int) -> Paid:
    """A payment after an amount was taken of it, or of another payment of the same charge."""
    carried = row.carried
    if row.id == paid.id:
        carried = replace(carried, payment=_more(carried.payment, minor))
    if carried.charge is not None and row.source == paid.source:
        carried = replace(carried, charge=_more(carried.charge, minor))
    return replace(row, carried=carried)


def _more(ceiling: Ceiling, minor: int) -> Ceiling:
    return Ceiling(name=ceiling.name, most=ceiling.most, taken=ceiling.taken + minor)
