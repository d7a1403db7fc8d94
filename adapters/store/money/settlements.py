"""Plans settlements under the lock of their payment, hands them to workers, records what came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.store.moments import kept
from adapters.store.money.journal import Journal
from adapters.store.money.records import Settlement, payment, settlement
from adapters.store.money.tables import MoneyTables
from adapters.store.partners import new_id
from adapters.store.tables import select
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.gateway import Outcome
from engine.settlement.instruments import AT_GATEWAY, Ways, instrument_for
from engine.settlement.machine import COUNTED, SettlementState, check_transition
from engine.settlement.plan import OVER, Ceiling, Plan, planned
from engine.settlement.steps import Next

_COUNTED: Final = [str(state) for state in COUNTED]
_OPEN: Final = [str(SettlementState.PLANNED), str(SettlementState.SUBMITTED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a decision gives: `line_most` is what the line can be worth at most, in minor units.

    `sequence` counts the decisions of a return line; the same one twice plans nothing twice.
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


class Settlements:
    """Every call runs inside a writing session of the store."""

    def __init__(self, tables: MoneyTables, journal: Journal, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now
        self.on_change: list[Callable[[Settlement], None]] = []
        """Called in the transaction in which a settlement changes its state after it was planned;
        `state` says to which. What they raise undoes the change."""

    # --- planning -----------------------------------------------------------------------------

    def plan(self, asked: Asked) -> Settlement:
        """The settlement of a decision, planned under its ceilings; raises for another currency."""
        rows = self._tables.Settlement
        known = rows.get(return_line=asked.return_line, sequence=asked.sequence)
        if known is not None:
            return settlement(known)
        paid = self._locked(asked)
        ways = payment(paid).ways if paid else Ways()
        instrument = instrument_for(asked.remedy, ways)
        plan = planned(asked.amount, instrument, self._ceilings(asked, paid))
        row = self._stored(asked, paid, plan)
        self._journal.add(
            asked.supplier,
            asked.actor,
            row.id,
            "settlement_planned",
            amount=str(plan.amount),
            instrument=plan.instrument,
            state=row.state,
            return_line=asked.return_line,
            trouble=plan.trouble,
        )
        return settlement(row)

    def _locked(self, asked: Asked) -> Any:
        if asked.payment is None:
            return None
        row = self._tables.Payment.get_for_update(id=asked.payment)
        if row is None or row.supplier != asked.supplier:
            raise RequestFault("not_found", "There is no such payment.", "payment")
        if row.currency != asked.amount.currency:
            raise RequestFault(
                "other_currency",
                f"The order was paid in {row.currency}, and {asked.amount} is to go back.",
                "amount",
            )
        return row

    def _ceilings(self, asked: Asked, paid: Any) -> tuple[Ceiling, ...]:
        rows = self._tables.Settlement
        line = select(
            sum(s.amount)
            for s in rows
            if s.order_line == asked.order_line and s.state in _COUNTED and s.trouble != OVER
        ).first()
        found = [Ceiling(name="the line", most=asked.line_most, taken=line or 0)]
        if paid is not None:
            whole = select(
                sum(s.amount)
                for s in rows
                if s.payment == paid and s.state in _COUNTED and s.trouble != OVER
            ).first()
            found.append(Ceiling(name="the payment", most=paid.amount, taken=whole or 0))
        return tuple(found)

    def _stored(self, asked: Asked, paid: Any, plan: Plan) -> Any:
        at_gateway = plan.instrument in AT_GATEWAY
        is_planned = plan.state is SettlementState.PLANNED
        done = is_planned and not at_gateway  # our own credit moves by being written down
        return self._tables.Settlement(
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
            made_at=kept(self._now()),
            due=kept(self._now()) if is_planned and at_gateway else None,
        )

    # --- for workers --------------------------------------------------------------------------

    def claim(self, owner: str, lease: float, most: int) -> tuple[Settlement, ...]:
        """Settlements that are due, taken for `lease` seconds; others see them as not due."""
        rows, now = self._tables.Settlement, kept(self._now())
        stopped = list(
            select(lane.supplier for lane in self._tables.Lane if lane.stopped_at is not None)
        )
        due = select(s for s in rows if s.due <= now and s.supplier not in stopped)
        taken = []
        for row in due.order_by(lambda s: s.due).for_update(skip_locked=True)[:most]:
            self._take(row, owner, now + timedelta(seconds=lease))
            taken.append(settlement(row))
        return tuple(taken)

    def _take(self, row: Any, owner: str, until: datetime) -> None:
        row.owner, row.due = owner, until
        if row.reference:
            return  # only looked at again
        row.attempts += 1
        if row.first_sent is None:
            row.first_sent = kept(self._now())
        self._journal.add(
            row.supplier,
            owner,
            row.id,
            "settlement_sending",
            attempt=row.attempts,
            generation=row.generation,
        )

    def record(self, taken: Settlement, owner: str, outcome: Outcome, after: Next) -> Settlement:
        """Stores what followed from an answer; one that another worker took over is left alone."""
        row = self._tables.Settlement.get_for_update(id=taken.id)
        if row.owner != owner:
            return settlement(row)
        before = SettlementState(row.state)
        changed = check_transition(before, after.state)
        row.state, row.trouble, row.sentence = after.state, after.reason, after.sentence
        row.attempts, row.generation, row.polls = after.attempts, after.generation, after.polls
        row.reference = outcome.reference or row.reference
        row.owner, row.due = "", self._due(after)
        if after.lane_stops:
            self._stop_lane(row.supplier, after.sentence)
        if changed or after.generation != taken.generation:
            self._journal.add(
                row.supplier,
                owner,
                row.id,
                f"settlement_{after.state}",
                generation=after.generation,
                reference=row.reference,
                reason=after.reason,
            )
        return self._told(settlement(row), changed=changed)

    def _told(self, after: Settlement, *, changed: bool) -> Settlement:
        for each in self.on_change if changed else ():
            each(after)
        return after

    def _due(self, after: Next) -> datetime | None:
        if after.wait is None:
            return None
        return kept(self._now() + timedelta(seconds=after.wait))

    # --- lanes and news -----------------------------------------------------------------------

    def _stop_lane(self, supplier: str, reason: str) -> None:
        rows = self._tables.Lane
        lane = rows.get_for_update(supplier=supplier) or rows(supplier=supplier)
        if lane.stopped_at is None:
            lane.stopped_at, lane.reason = kept(self._now()), reason
            self._journal.add(supplier, "worker", supplier, "lane_stopped", reason=reason)

    def open_lane(self, supplier: str, actor: str) -> None:
        """Lets a supplier's settlements be sent again, at once."""
        lane = self._tables.Lane.get_for_update(supplier=supplier)
        if lane is None or lane.stopped_at is None:
            return
        lane.stopped_at, lane.reason = None, ""
        rows, now = self._tables.Settlement, kept(self._now())
        waits = select(s for s in rows if s.supplier == supplier and s.state in _OPEN)
        for row in waits.filter(lambda s: s.owner == "" and s.due is not None):
            row.due = now
        self._journal.add(supplier, actor, supplier, "lane_opened")

    def look_again(self, supplier: str, reference: str) -> bool:
        """Makes a movement with news due at once; False if it is none of ours."""
        rows = self._tables.Settlement
        row = rows.get_for_update(supplier=supplier, reference=reference)
        if row is None:
            return False
        row.due = kept(self._now())
        return True

    def of_return_line(self, return_line: str) -> tuple[Settlement, ...]:
        """The settlements of a return line, in order."""
        rows = self._tables.Settlement
        found = select(s for s in rows if s.return_line == return_line)
        return tuple(map(settlement, found.order_by(lambda s: s.sequence)))

    def by_id(self, key: str) -> Settlement | None:
        """A settlement, whoever asks; rights are checked by who calls."""
        row = self._tables.Settlement.get(id=key)
        return settlement(row) if row else None

    def every(self) -> tuple[Settlement, ...]:
        """All settlements, oldest first; for reports."""
        return tuple(
            map(settlement, self._tables.Settlement.select().order_by(lambda s: s.made_at))
        )

    def in_state(self, *states: SettlementState) -> int:
        """How many are in these states."""
        rows, wanted = self._tables.Settlement, [str(state) for state in states]
        return int(select(s for s in rows if s.state in wanted).count())
