"""Plans settlements under their payments' locks, hands them to workers, and records the results."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from adapters.identity.actors import WORKER
from adapters.store.connection.own import reading
from adapters.store.connection.statements import Statements
from adapters.store.money.payouts import Payouts
from adapters.store.money.records import Settlement, settlement, ways
from adapters.store.money.spread.paid import Of, Paid, stand
from adapters.store.money.spread.parts import Purses
from adapters.store.money.steps import NEXT, Asked, Steps
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from adapters.store.timestamps import kept, too_far
from engine.errors import RequestFault
from engine.settlement.gateway import GatewayOutcome
from engine.settlement.instruments import AT_GATEWAY, instrument_for
from engine.settlement.machine import SettlementState
from engine.settlement.plan import HELD, REFUSED, Ceiling, planned
from engine.settlement.steps import DAY, MINUTE, MOST_ATTEMPTS, Next, tells

OwnLines = Mapping[str, str]
"""The lines of a return, each with the order line that it is of."""
_AT_GATEWAY: Final = [str(each) for each in AT_GATEWAY]


class Settlements:
    """Every call runs inside a writing session of the store."""

    def __init__(
        self,
        reads: tuple[Statements, MoneyTables],
        steps: Steps,
        lanes: Payouts,
        now: Callable[[], datetime],
    ) -> None:
        self._statements, self._tables = reads
        self._steps = steps
        self._lanes = lanes
        self._now = now

    # --- planning -----------------------------------------------------------------------------

    def plan(self, asked: Asked) -> Settlement:
        """Plans a decision's settlement under its ceilings; raises `RequestFault` for another
        currency.
        """
        known = self._known(asked)
        return known if known is not None else self._planned(asked)

    def _known(self, asked: Asked) -> Settlement | None:
        rows = self._tables.Settlement
        with reading(rows):
            row = rows.get(return_line=asked.return_line, sequence=asked.sequence)
        return settlement(row) if row is not None else None

    def _planned(self, asked: Asked, taken: int | None = None) -> Settlement:
        paid = self._locked(asked)
        instrument = instrument_for(asked.remedy, ways(paid))
        plan = planned(
            asked.amount,
            instrument,
            self._steps.ceilings(asked.order_line, asked.line_most, paid, taken),
            disputed=self._steps.held(paid, asked.amount.minor),
        )
        return self._steps.make(asked, paid, plan)

    def purses(self, order: str, payee: str, lines: Sequence[str], own: OwnLines) -> Purses:
        """Locks and reads the payments of an order to a payee, with their charges.

        `lines` are all lines of the order: something may have gone back for them before a payment
        was known; `own` are the lines of a return, each with its order line.
        """
        of = Of(
            order=order,
            payee=payee,
            lines=lines,
            order_lines=sorted(set(own.values())),
            return_lines=[*own],
        )
        return Purses(stand(self._statements, of, hold=True))

    def spread(self, asked: Asked, order: str, lines: Sequence[str]) -> tuple[Settlement, ...]:
        """Does what `spread_over` does, over the current payments of an order."""
        own = {asked.return_line: asked.order_line}
        return self.spread_over(asked, self.purses(order, asked.supplier, lines, own))

    def spread_over(self, asked: Asked, purses: Purses) -> tuple[Settlement, ...]:
        """Spreads a decision's amount over payments; settlements are numbered from its sequence.

        If the amount exceeds what the line is worth, one settlement for the whole waits for a
        person.
        """
        made = self._spread(asked, purses)
        for each in made:
            purses.made(each)
        return made

    def _spread(self, asked: Asked, purses: Purses) -> tuple[Settlement, ...]:
        taken = purses.taken_of(asked.order_line)
        fitting = [row for row in purses.rows if row.currency == asked.amount.currency]
        if asked.sequence == NEXT:
            asked = replace(asked, sequence=1 + purses.last(asked.return_line))
        elif (known := self._known(asked)) is not None:
            return (known,)
        if not fitting or asked.amount.minor <= 0:
            payment_ = fitting[0].id if fitting else None
            return (self._planned(replace(asked, payment=payment_), taken),)
        of_line = self._steps.ceilings(asked.order_line, asked.line_most, None, taken)
        over_line = any(asked.amount.minor > each.left for each in of_line)
        if over_line or (len(fitting) == 1 and asked.amount.minor > purses.left):
            return (self._uncut(asked, fitting[0], of_line, purses.left),)
        made = purses.parts(asked.amount, asked.tax, lambda _: asked.remedy, fitting)
        return tuple(
            self._steps.make(
                replace(
                    asked,
                    sequence=asked.sequence + place,
                    amount=part.plan.amount,
                    tax=part.tax,
                    claimed=0 if place else asked.claimed,
                ),
                part.paid,
                part.plan,
            )
            for place, part in enumerate(made)
        )

    def _uncut(
        self, asked: Asked, paid: Paid, of_line: tuple[Ceiling, ...], left: int
    ) -> Settlement:
        """Makes one settlement that waits for a person: no part of a mistake is sent."""
        whole = Ceiling(name="the order's payments", most=left, taken=0)
        ceilings = (*of_line, *paid.carried.ceilings, whole)
        instrument = instrument_for(asked.remedy, ways(paid))
        disputed = paid.carried.holds(asked.amount.minor)
        plan = planned(asked.amount, instrument, ceilings, disputed=disputed)
        return self._steps.make(asked, paid, plan)

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
        self._steps.hold_charge(row)
        return row

    # --- for workers --------------------------------------------------------------------------

    def claim(self, owner: str, lease: float, most: int) -> tuple[Settlement, ...]:
        """Claims due settlements for `lease` seconds; for other workers they are not due."""
        rows, now, far = self._tables.Settlement, kept(self._now()), too_far(self._now())
        stopped = self._lanes.stopped()
        due = select(s for s in rows if (s.due <= now or s.due > far) and s.supplier not in stopped)
        taken = []
        for row in due.order_by(lambda s: s.due).for_update(skip_locked=True)[:most]:
            self._take(row, owner, now + timedelta(seconds=lease))
            taken.append(settlement(row))
        return tuple(taken)

    def _take(self, row: Any, owner: str, until: datetime) -> None:
        row.owner, row.due, row.heard = owner, until, False
        if row.reference or row.state == SettlementState.NEEDS_ATTENTION:
            return  # only looked at again
        row.attempts += 1
        if row.first_sent is None:
            row.first_sent = kept(self._now())
        said = {"attempt": row.attempts, "generation": row.generation}
        self._steps.note(row, WORKER, "settlement_sending", **said)

    def fits(self, key: str) -> bool:
        """Whether line, payment and charge still have room for it, with all that counts by now.

        Settlements made by hand since it was planned, or adopted after a restore, take up its room.
        """
        rows = self._tables.Settlement
        row = rows[key]
        paid = row.payment
        if paid is not None:
            self._steps.hold_charge(self._tables.Payment.get_for_update(id=paid.id))
        most = select(max(s.line_most) for s in rows if s.order_line == row.order_line).first()
        line_most = max(most or 0, row.line_most) if row.line_most else 0
        ceilings = self._steps.ceilings(row.order_line, line_most, paid)
        return all(each.taken <= each.most for each in ceilings)

    def is_held(self, key: str, owner: str) -> bool:
        """Whether it is still the worker's that claimed it."""
        return bool(self._tables.Settlement[key].owner == owner)

    def record(
        self, taken: Settlement, owner: str, outcome: GatewayOutcome, after: Next
    ) -> Settlement:
        """Stores the consequence of an answer, unless another worker took the settlement over."""
        after = self._still_held(taken, after)
        row = self._tables.Settlement.get_for_update(id=taken.id)
        if row.owner != owner:
            return settlement(row)
        if tells(outcome) or not taken.state is after.state is SettlementState.NEEDS_ATTENTION:
            row.trouble, row.sentence = after.reason, after.sentence
        row.attempts, row.generation, row.polls = after.attempts, after.generation, after.polls
        row.reference = outcome.reference or row.reference
        row.owner, row.due = "", kept(self._now()) if row.heard else self._due(after)
        row.heard = False
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

    def _still_held(self, taken: Settlement, after: Next) -> Next:
        """Tries again if the dispute that it would wait for ended while the gateway was asked."""
        waits = taken.state is SettlementState.NEEDS_ATTENTION
        if waits or after.reason not in (HELD, REFUSED) or taken.attempts >= MOST_ATTEMPTS:
            return after
        paid = self._tables.Payment.get(id=taken.payment)
        self._steps.hold_charge(paid)  # same lock as updates of its disputes
        if self._steps.holds_any(paid, refused=after.reason == REFUSED):
            return after
        return dataclasses.replace(after, state=taken.state, wait=MINUTE, reason="", sentence="")

    def _due(self, after: Next) -> datetime | None:
        if after.wait is None:
            return None
        return kept(self._now() + timedelta(seconds=min(after.wait, DAY)))

    # --- events and queries -------------------------------------------------------------------

    def news(self, supplier: str, reference: str, key: str = "") -> bool:
        """Makes a settlement due at once after an event; False if no gateway movement matches.

        It is found by the gateway's reference or, if the event overtakes the answer, by the
        settlement id in its metadata. One that a worker has claimed is due again once the worker is
        done.
        """
        rows = self._tables.Settlement
        moved = select(s for s in rows if s.supplier == supplier and s.instrument in _AT_GATEWAY)
        either = moved.filter(lambda s: s.reference == reference or s.id == key)
        for row in either.for_update():
            self._steps.look_again(row)
            return True
        return False

    def look_at_payment(self, payment_: str) -> None:
        """Makes settlements of a payment due that were sent and may still change."""
        rows = self._tables.Settlement
        sent = select(
            s for s in rows if s.payment.id == payment_ and (s.reference != "" or s.owner != "")
        )
        for row in sent.filter(lambda s: s.due is not None).for_update():
            self._steps.look_again(row)

    def of_return_line(self, return_line: str) -> tuple[Settlement, ...]:
        """The settlements of a return line, in order."""
        return self.of_return_lines([return_line])

    def of_return_lines(self, return_lines: Sequence[str]) -> tuple[Settlement, ...]:
        """The settlements of return lines, those of each in order."""
        if not return_lines:
            return ()
        rows, keys = self._tables.Settlement, list(return_lines)
        found = select(s for s in rows if s.return_line in keys)
        with reading(rows):
            return tuple(map(settlement, found.order_by(lambda s: s.sequence)))

    def by_id(self, key: str) -> Settlement | None:
        """Returns a settlement; unscoped: callers check permissions."""
        row = self._tables.Settlement.get(id=key)
        return settlement(row) if row else None

    def every(self) -> tuple[Settlement, ...]:
        """All settlements, oldest first; for reports."""
        return tuple(
            map(settlement, self._tables.Settlement.select().order_by(lambda s: s.made_at))
        )

    def in_state(self, *states: SettlementState) -> int:
        """Counts the settlements in these states."""
        rows, wanted = self._tables.Settlement, [str(state) for state in states]
        return int(select(s for s in rows if s.state in wanted).count())
