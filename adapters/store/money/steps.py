"""The only way to make settlements and change their state: checked, journalled, and posted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from adapters.identity.actors import GATEWAY
from adapters.store.connection.own import reading
from adapters.store.connection.statements import Statements
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.charges.ceilings import Carried, Ceilings
from adapters.store.money.claims import Claims
from adapters.store.money.credit.posting import Posted
from adapters.store.money.made import insert
from adapters.store.money.records import Settlement, settlement, ways
from adapters.store.money.spread.paid import taken_of
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import exists, select
from adapters.store.timestamps import given_back, kept
from engine.money import Money
from engine.settlement.instruments import AT_GATEWAY, Instrument
from engine.settlement.machine import SettlementState, check_transition
from engine.settlement.plan import Ceiling, SettlementPlan

NEXT: Final = 0
NOT_OWED: Final = "Not owed after all."
_CANCELLED: Final = str(SettlementState.CANCELLED)
_UNMOVED: Final = [str(SettlementState.FAILED), _CANCELLED]


class Asked(Struct, frozen=True, kw_only=True, gc=False):
    """The request for a settlement.

    `line_most` is the most that the line can be worth, in minor units; 0 if only the payment limits
    it. `sequence` counts the decisions of a return line: the same one again plans nothing, and
    `NEXT` is the one after the last. In place of a return line there may be another cause, as
    `order:ID:PAYEE` or `found:REFERENCE`. `why` is for people; it leaves this store for nobody
    else. `tax` is the part of `amount` that gives back tax; `claimed` was deducted from the amount
    for claims (minor units).
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
    claimed: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A movement that exists at the gateway before its settlement is made here.

    `key` is the settlement id that the movement names, if any; `due` is in seconds.
    """

    reference: str
    by: str
    due: float
    key: str = ""


class Steps:
    """Every call runs inside a writing session that has locked the rows passed in."""

    def __init__(
        self,
        statements: Statements,
        tables: MoneyTables,
        journal: Journal,
        books: tuple[Claims, Posted],
        now: Callable[[], datetime],
    ) -> None:
        self._statements = statements
        self.sums = Ceilings(statements)
        self._tables = tables
        self._claims, self._posted = books
        self._journal = journal
        self._now = now

    def make(
        self, asked: Asked, paid: Any, plan: SettlementPlan, moved: Moved | None = None
    ) -> Settlement:
        """Makes a settlement by its plan, under the lock of its payment, or of what has `moved`.

        `paid` is the payment as an entity or a row. Raises `ValueError` if the tax exceeds the
        amount.
        """
        if abs(asked.tax) > abs(plan.amount.minor):
            raise ValueError(f"{asked.tax} of {plan.amount} cannot be tax")
        at_gateway = plan.instrument in AT_GATEWAY
        is_planned = plan.state is SettlementState.PLANNED
        done = is_planned and not at_gateway  # own account credit moves by being recorded
        now = given_back(kept(self._now()))
        due = now if is_planned and at_gateway else None
        made = Settlement(
            id=(moved and moved.key) or f"st_{new_id()}",
            return_line=asked.return_line,
            sequence=asked.sequence,
            order_line=asked.order_line,
            payment=paid.id if paid else None,
            supplier=asked.supplier,
            retailer=asked.retailer,
            instrument=plan.instrument,
            amount=plan.amount,
            claimed=Money(asked.claimed, plan.amount.currency),
            state=SettlementState.SUCCEEDED if done else plan.state,
            trouble=plan.trouble or "",
            sentence=plan.sentence or "",
            why=asked.why,
            instead_of=asked.instead_of,
            reference=moved.reference if moved else "",
            generation=1,
            attempts=0,
            polls=0,
            first_sent=now if moved else None,
            made_at=now,
            ways=ways(paid),
            tax=asked.tax,
            line_most=asked.line_most,
            came_back_at=None,
            excess=0,
        )
        insert(self._statements, made, now + timedelta(seconds=moved.due) if moved else due)
        self._for_the_same_units(made, asked.instead_of)
        self._told(
            made,
            asked.actor,
            "settlement_planned",
            amount=str(plan.amount),
            tax=str(Money(asked.tax, plan.amount.currency)) if asked.tax else None,
            instrument=plan.instrument,
            state=made.state,
            return_line=asked.return_line,
            trouble=plan.trouble,
            reference=moved.reference if moved else None,
            by=moved.by if moved else None,
        )
        self._posted.of_settlement(made, asked.actor, is_new=True)
        return made

    def _for_the_same_units(self, made: Settlement, instead_of: str) -> None:
        """Records a replacement of a refund of cancelled units as a refund of the same units."""
        rows = self._tables.CancelledRefund
        for each in (
            list(select(c for c in rows if c.settlement == instead_of)) if instead_of else ()
        ):
            same = {"order_line": each.order_line, "units": each.units}
            rows(settlement=made.id, part_of=each.part_of, whole=each.whole, **same)

    def units_refunded(self, order_line: str) -> int:
        """Cancelled units of an order line whose money moved, may have, or waits for a person.

        For a refund spread over several payments, counts the units that its remaining parts cover.
        """
        rows, settlements = self._tables.CancelledRefund, self._tables.Settlement
        found = select(
            (c.part_of, c.units, c.whole, sum(s.amount))
            for c in rows
            for s in settlements
            if c.order_line == order_line
            and s.id == c.settlement
            and s.state != _CANCELLED
            and not exists(other for other in settlements if other.instead_of == s.id)
        )
        return sum(-(-units * moved // whole) for _, units, whole, moved in found)

    def change(self, row: Any, after: SettlementState, actor: str, **body: object) -> Settlement:
        """Changes the state, with a journal entry of `body`; raises `WrongTransition`."""
        before = SettlementState(row.state)
        check_transition(before, after)
        row.state = after
        if before is SettlementState.SUCCEEDED and after is SettlementState.FAILED:
            row.came_back_at = kept(self._now())
            amount = str(Money(row.amount, row.currency))
            self._told(row, actor, "settlement_came_back", amount=amount, **body)
        else:
            self._told(row, actor, f"settlement_{after}", **body)
        if after is SettlementState.FAILED:
            self.let_go(row, actor)
        changed = settlement(row)
        self._posted.of_settlement(changed, actor)
        return changed

    def let_go(self, row: Any, actor: str) -> None:
        """Money that did not move, or came back, is not owed as far as it is claimed back."""
        most = row.amount - row.excess
        row.excess += self._claims.let_go(row.return_line, most, row.id, actor)
        if row.excess == row.amount and row.state == SettlementState.FAILED:
            self.not_owed(row, actor)

    def not_owed(self, row: Any, actor: str) -> None:
        """Nothing is paid, and nothing has to be in its place; a person gave up what still does."""
        row.owner, row.due, row.excess, row.sentence = "", None, row.amount, NOT_OWED
        self.change(row, SettlementState.CANCELLED, actor, by="not owed after all")

    def unpay(self, settlement_: str, actor: str) -> None:
        """What claims took off a settlement that was withdrawn is claimed again.

        Unless the money that it is claimed for did not move either, or has come back meanwhile.
        """
        for line in self._claims.unpay(settlement_, actor):
            for row in self.of_line(line):
                if row.state in _UNMOVED and row.excess < row.amount:
                    self.let_go(row, actor)

    def of_line(self, return_line: str) -> list[Any]:
        """The settlements of a return line of which no other took the place; they are held."""
        rows = self._tables.Settlement
        found = list(select(s for s in rows if s.return_line == return_line).for_update())
        replaced = {row.instead_of for row in found}
        return [row for row in found if row.id not in replaced]

    def release(self, row: Any) -> None:
        """Releases a settlement held by a dispute: to its gateway, or as done if it is account
        credit.
        """
        if row.instrument == Instrument.BY_HAND:
            return
        at_gateway = row.instrument in AT_GATEWAY
        row.trouble, row.sentence, row.owner = "", "", ""
        row.attempts = min(row.attempts, 1)  # so that a sent one is looked up in the list first
        row.due = kept(self._now()) if at_gateway else None
        after = SettlementState.PLANNED if at_gateway else SettlementState.SUCCEEDED
        self.change(row, after, GATEWAY, generation=row.generation, by="dispute ended")

    def look_again(self, row: Any) -> None:
        """Makes a settlement due now, or again as soon as its current worker is done."""
        row.due, row.heard = kept(self._now()), bool(row.owner)

    def note(self, row: Any, actor: str, fact: str, **body: object) -> None:
        """Adds a journal entry that changes no state; only for the side that pays."""
        self._journal.tell(Sides(own=row.supplier), actor, row.id, fact, **body)

    def _told(self, row: Any, actor: str, fact: str, **body: object) -> None:
        sides = Sides.between(row.supplier, row.retailer)
        self._journal.tell(sides, actor, row.id, fact, **body)

    # --- ceilings -----------------------------------------------------------------------------

    def ceilings(
        self, order_line: str, line_most: int, paid: Any, taken: int | None = None
    ) -> tuple[Ceiling, ...]:
        """The ceilings that a settlement must stay under; lock the payment before.

        `taken` is what was taken of the line, if it was read under the same lock.
        """
        found = []
        if line_most:
            if taken is None:
                taken = self.taken_of_line(order_line)
            found.append(Ceiling(name="the line", most=line_most, taken=taken))
        if paid is not None:
            found += self.carried(paid).ceilings
        return tuple(found)

    def carried(self, paid: Any) -> Carried:
        """The ceilings of a payment with what counts under them; lock the payment before."""
        return self.sums.of_payment(paid)

    def hold_charge(self, paid: Any) -> None:
        """Locks the charge of a payment, so that nobody else plans money of it."""
        if paid is not None and paid.source is not None:
            with reading(self._tables.Charge):
                self._tables.Charge.get_for_update(id=paid.source.id)

    def taken_of_line(self, order_line: str) -> int:
        """Minor units that went back of an order line, or may have."""
        return taken_of(self._statements, order_line)

    def held(self, paid: Any, amount: int, mine: int = 0) -> bool:
        """Whether open disputes hold an amount of a payment's charge (minor units).

        `mine` of it is already counted as taken.
        """
        return paid is not None and self.carried(paid).holds(amount, mine)

    def holds_any(self, paid: Any, *, refused: bool = False) -> bool:
        """Whether a dispute of a payment's charge is open; `refused` is as for `Ceilings`."""
        return paid.source is not None and self.sums.holds_any(paid.source, refused=refused)

    def disputed(self, paid: Any) -> bool:
        """Whether the payer has reversed the payment through its bank, or tries to."""
        return paid.source is not None and self.sums.is_disputed(paid.source)
