"""The one way to make a settlement and to change its state: checked, journalled, and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.moments import kept
from adapters.store.money.payments import WON
from adapters.store.money.records import Settlement, settlement
from adapters.store.money.tables import MoneyTables
from adapters.store.partners import new_id
from adapters.store.tables import select
from engine.money import Money
from engine.settlement.instruments import AT_GATEWAY
from engine.settlement.machine import COUNTED, SettlementState, check_transition
from engine.settlement.plan import OVER, Ceiling, Plan

_COUNTED: Final = [str(state) for state in COUNTED]
_WON: Final = list(WON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a decision gives: `line_most` is what the line can be worth at most, in minor units, 0
    where the payment alone is the ceiling.

    `sequence` counts the decisions of a return line; the same one twice plans nothing twice. What
    squares no return line says instead what it squares, as `order:ID` or `found:REFERENCE`.
    `why` is for people; it leaves this store for nobody else.
    """

    return_line: str
    sequence: int
    order_line: str
    supplier: str
    retailer: str
    remedy: str
    amount: Money
    line_most: int
    payment: str | None
    actor: str
    why: str = ""
    instead_of: str = ""


class Steps:
    """Every call runs inside a writing session that holds the rows it is given."""

    def __init__(self, tables: MoneyTables, journal: Journal, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def make(self, asked: Asked, paid: Any, plan: Plan) -> Any:
        """A new settlement by its plan, under the lock of its payment."""
        at_gateway = plan.instrument in AT_GATEWAY
        is_planned = plan.state is SettlementState.PLANNED
        done = is_planned and not at_gateway  # our own credit moves by being written down
        row = self._tables.Settlement(
            id=f"st_{new_id()}",
            return_line=asked.return_line,
            sequence=asked.sequence,
            order_line=asked.order_line,
            payment=paid,
            supplier=asked.supplier,
            retailer=asked.retailer,
            instrument=plan.instrument,
            currency=plan.amount.currency,
            amount=plan.amount.minor,
            state=SettlementState.SUCCEEDED if done else plan.state,
            trouble=plan.trouble or "",
            sentence=plan.sentence or "",
            why=asked.why,
            instead_of=asked.instead_of,
            line_most=asked.line_most,
            made_at=kept(self._now()),
            due=kept(self._now()) if is_planned and at_gateway else None,
        )
        self._for_the_same_units(row, asked.instead_of)
        self._told(
            row,
            asked.actor,
            "settlement_planned",
            amount=str(plan.amount),
            instrument=plan.instrument,
            state=row.state,
            return_line=asked.return_line,
            trouble=plan.trouble,
        )
        return row

    def _for_the_same_units(self, row: Any, instead_of: str) -> None:
        """What takes the place of a refund of cancelled units is one of the same units."""
        rows = self._tables.CancelledRefund
        for each in (
            list(select(c for c in rows if c.settlement == instead_of)) if instead_of else ()
        ):
            rows(settlement=row.id, order_line=each.order_line, units=each.units)

    def units_refunded(self, order_line: str) -> int:
        """Cancelled units of an order line whose money moved or may have moved."""
        rows, settlements = self._tables.CancelledRefund, self._tables.Settlement
        found = select(
            sum(c.units)
            for c in rows
            for s in settlements
            if c.order_line == order_line
            and s.id == c.settlement
            and s.state in _COUNTED
            and s.trouble != OVER
        )
        return int(found.first() or 0)

    def change(self, row: Any, after: SettlementState, actor: str, **body: object) -> Settlement:
        """Another state, with what the journal keeps of it; raises `WrongTransition`."""
        check_transition(SettlementState(row.state), after)
        row.state = after
        self._told(row, actor, f"settlement_{after}", **body)
        return settlement(row)

    def note(self, row: Any, actor: str, fact: str, **body: object) -> None:
        """Something that happened to a settlement and leaves its state; for whoever pays alone."""
        self._journal.tell(Sides(own=row.supplier), actor, row.id, fact, **body)

    def _told(self, row: Any, actor: str, fact: str, **body: object) -> None:
        sides = Sides.between(row.supplier, row.retailer)
        self._journal.tell(sides, actor, row.id, fact, **body)

    # --- ceilings -----------------------------------------------------------------------------

    def ceilings(self, order_line: str, line_most: int, paid: Any) -> tuple[Ceiling, ...]:
        """Under which a settlement has to stay; hold the payment before."""
        found = []
        if line_most:
            taken = self.taken_of_line(order_line)
            found.append(Ceiling(name="the line", most=line_most, taken=taken))
        if paid is not None:
            whole = self.taken_of(paid)
            found.append(Ceiling(name="the payment", most=paid.amount, taken=whole))
        return tuple(found)

    def taken_of(self, paid: Any) -> int:
        """Minor units of a payment that moved or may have moved; hold it before you rely on it."""
        rows = self._tables.Settlement
        found = select(
            sum(s.amount)
            for s in rows
            if s.payment == paid and s.state in _COUNTED and s.trouble != OVER
        )
        return int(found.first() or 0)

    def taken_of_line(self, order_line: str) -> int:
        """The same of an order line, over all payments."""
        rows = self._tables.Settlement
        found = select(
            sum(s.amount)
            for s in rows
            if s.order_line == order_line and s.state in _COUNTED and s.trouble != OVER
        )
        return int(found.first() or 0)

    def disputed(self, paid: Any) -> bool:
        """Whether the payer took the money back through its bank, or tries to."""
        rows = self._tables.Dispute
        return bool(select(d for d in rows if d.payment == paid and d.status not in _WON).exists())
