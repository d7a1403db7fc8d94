"""Plans settlements under the lock of their payment, hands them to workers, records what came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.identity.actors import WORKER
from adapters.store.moments import kept
from adapters.store.money.lanes import Lanes
from adapters.store.money.records import Settlement, payment, settlement
from adapters.store.money.steps import Asked, Steps
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from engine.errors import RequestFault
from engine.settlement.gateway import Outcome
from engine.settlement.instruments import AT_GATEWAY, Ways, instrument_for
from engine.settlement.machine import SettlementState
from engine.settlement.plan import planned
from engine.settlement.steps import Next

_AT_GATEWAY: Final = [str(each) for each in AT_GATEWAY]


class Settlements:
    """Every call runs inside a writing session of the store."""

    def __init__(
        self,
        tables: MoneyTables,
        steps: Steps,
        lanes: Lanes,
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._steps = steps
        self._lanes = lanes
        self._now = now

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
        plan = planned(
            asked.amount,
            instrument,
            self._steps.ceilings(asked.order_line, asked.line_most, paid),
            disputed=paid is not None and self._steps.disputed(paid),
        )
        return settlement(self._steps.make(asked, paid, plan))

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

    # --- for workers --------------------------------------------------------------------------

    def claim(self, owner: str, lease: float, most: int) -> tuple[Settlement, ...]:
        """Settlements that are due, taken for `lease` seconds; others see them as not due."""
        rows, now = self._tables.Settlement, kept(self._now())
        stopped = self._lanes.stopped()
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
        said = {"attempt": row.attempts, "generation": row.generation}
        self._steps.note(row, WORKER, "settlement_sending", **said)

    def record(self, taken: Settlement, owner: str, outcome: Outcome, after: Next) -> Settlement:
        """Stores what followed from an answer; one that another worker took over is left alone."""
        row = self._tables.Settlement.get_for_update(id=taken.id)
        if row.owner != owner:
            return settlement(row)
        row.trouble, row.sentence = after.reason, after.sentence
        row.attempts, row.generation, row.polls = after.attempts, after.generation, after.polls
        row.reference = outcome.reference or row.reference
        row.owner, row.due = "", self._due(after)
        if after.lane_stops:
            self._lanes.stop(row.supplier, after.sentence)
        if after.state == row.state and after.generation == taken.generation:
            return settlement(row)
        return self._steps.change(
            row,
            after.state,
            WORKER,
            generation=after.generation,
            reference=row.reference,
            reason=after.reason,
        )

    def _due(self, after: Next) -> datetime | None:
        if after.wait is None:
            return None
        return kept(self._now() + timedelta(seconds=after.wait))

    # --- news and questions -------------------------------------------------------------------

    def news(self, supplier: str, reference: str, key: str = "") -> bool:
        """Makes a movement with news due at once; False if it is none that a gateway made for us.

        It is known by the gateway's reference, or where the news are faster than our own answer
        by the key in its metadata.
        """
        rows = self._tables.Settlement
        moved = select(s for s in rows if s.supplier == supplier and s.instrument in _AT_GATEWAY)
        either = moved.filter(lambda s: s.reference == reference or s.id == key)
        for row in either.for_update():
            row.due = kept(self._now())
            return True
        return False

    def look_at_payment(self, payment_: str) -> None:
        """Makes all of a payment due that the gateway knows and that may still change."""
        rows = self._tables.Settlement
        moved = select(s for s in rows if s.payment.id == payment_ and s.reference != "")
        for row in moved.filter(lambda s: s.due is not None).for_update():
            row.due = kept(self._now())

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
