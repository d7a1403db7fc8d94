"""The parts of what goes back of an order, each of one payment, under one ceiling for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from adapters.store.money.charges.ceilings import Carried
from adapters.store.money.records import ways
from adapters.store.money.steps import Steps
from adapters.store.money.tables import MoneyTables
from adapters.store.place.own import reading
from adapters.store.tables import locked, select
from engine.money import Money
from engine.settlement.instruments import Ways, instrument_for
from engine.settlement.plan import Ceiling, Plan, planned, shared_out
from engine.settlement.spreading import Purse, spread

RemedyOf = Callable[[Ways], str]
"""The remedy by which a payment is given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What goes back of one payment; `tax` in minor units."""

    paid: Any
    plan: Plan
    tax: int = 0


class Purses:
    """The payments of one order to one partner, held by who plans; `lines` are its order lines."""

    def __init__(
        self, tables: MoneyTables, steps: Steps, order: str, payee: str, lines: Sequence[str]
    ) -> None:
        self._tables = tables
        self._steps = steps
        self._order = order
        self._payee = payee
        self._lines = list(lines)
        self.rows: list[Any] = []
        self._carried: dict[str, Carried] = {}

    def read(self, *, hold: bool = False) -> Purses:
        """The payments, oldest first; held with their charges before any sum is asked for."""
        rows, order, payee = self._tables.Payment, self._order, self._payee
        found = select(p for p in rows if p.order == order and p.supplier == payee)
        found = found.order_by(rows.id)
        with reading(rows):
            read = locked(found) if hold else list(found)
        self.rows = sorted(read, key=lambda row: (row.place, row.id))
        if hold:
            for row in sorted(self.rows, key=lambda each: each.source.id if each.source else ""):
                self._steps.hold_charge(row)
        return self

    @property
    def taken(self) -> int:
        """Minor units that went back of the order, or may have, by any way."""
        return sum(self.carried(row).payment.taken for row in self.rows) + self._loose

    @property
    def left(self) -> int:
        """What may still go back of the order in all, disputed or not."""
        return max(0, sum(self.carried(row).room for row in self.rows) - self._loose)

    def free(self, rows: Sequence[Any]) -> int:
        """What may go back of some of the payments now."""
        return min(self.left, sum(self.carried(row).free for row in rows))

    def carried(self, row: Any) -> Carried:
        """What a payment carries, asked once: nothing is made before all parts are known."""
        if row.id not in self._carried:
            self._carried[row.id] = self._steps.carried(row)
        return self._carried[row.id]

    @cached_property
    def _loose(self) -> int:
        return self._steps.sums.beside(self._payee, self._lines)

    def parts(
        self, amount: Money, tax: int, remedy: RemedyOf, among: Sequence[Any] | None = None
    ) -> tuple[Part, ...]:
        """An amount over the payments; what is disputed or carried by none is for a person."""
        rows = self.rows if among is None else among
        left = min(amount.minor, self.left)
        free = [self.carried(row).free for row in rows]
        held = [self.carried(row).room - now for row, now in zip(rows, free, strict=True)]
        moving = self._spread(left, rows, free, remedy)
        rest = left - sum(part for _, part in moving)
        waiting = self._spread(rest, rows, held, remedy)
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
        self, amount: int, rows: Sequence[Any], rooms: Sequence[int], remedy: RemedyOf
    ) -> list[tuple[Any, int]]:
        purses = [
            Purse(instrument_for(remedy(ways(row)), ways(row)), room)
            for row, room in zip(rows, rooms, strict=True)
        ]
        return [(rows[place], part) for place, part in spread(amount, purses)]

    def _plan(self, row: Any, amount: Money, remedy: RemedyOf, *, disputed: bool) -> Plan:
        instrument = instrument_for(remedy(ways(row)), ways(row))
        return planned(amount, instrument, self.carried(row).ceilings, disputed=disputed)

    def _over(self, row: Any, amount: Money, remedy: RemedyOf) -> Plan:
        nothing = Ceiling(name="the order's payments", most=0, taken=0)
        return planned(amount, instrument_for(remedy(ways(row)), ways(row)), (nothing,))
