"""A person's actions on settlements that failed or need attention; each is in the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from adapters.store.connection.locking import Lock
from adapters.store.money.records import Settlement, settlement, ways
from adapters.store.money.steps import Asked, Steps
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from adapters.store.timestamps import kept
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import AT_GATEWAY, REMEDY, Instrument, instrument_for
from engine.settlement.machine import SettlementState
from engine.settlement.plan import OVER, planned
from engine.settlement.steps import IN_FLIGHT

_S: Final = SettlementState
_OPEN: Final = (_S.NEEDS_ATTENTION, _S.FAILED)
GIVEN_UP: Final = "Given up."
_OWN: Final = "SELECT l.id FROM return_line l WHERE l.part_of = ?"
_LOCKED: Final = f"""SELECT id FROM settlement
    WHERE return_line IN ({_OWN} UNION SELECT c.return_line FROM settlement s
      JOIN claim_use u ON u.settlement = s.id JOIN claim c ON c.id = u.claim
      WHERE s.return_line IN ({_OWN})) ORDER BY id"""  # noqa: S608 - our own words
_MOVED: Final = {Answered.SUCCEEDED: _S.SUCCEEDED, Answered.SUBMITTED: _S.SUBMITTED}


class Resolving:
    """Every call runs inside a session of the store; lock order: payments before settlements."""

    def __init__(self, tables: MoneyTables, steps: Steps, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._steps = steps
        self._now = now

    def retry(self, key: str, actor: str) -> Settlement:
        """Sends a settlement again; for a failed one, plans and returns a replacement.

        As before every repetition, the worker looks at the gateway's list first.
        """
        row = self._held(key)
        if row.state == _S.FAILED:
            return self._again(row, REMEDY[Instrument(row.instrument)], actor)
        if Instrument(row.instrument) not in AT_GATEWAY:
            raise RequestFault("no_gateway_way", "No gateway can pay it; say that it was paid.")
        self._check_room(row)
        wait = timedelta(seconds=IN_FLIGHT if row.first_sent else 0)
        row.attempts = min(row.attempts, 1)
        row.owner, row.due = "", kept(self._now() + wait)
        row.trouble, row.sentence = "", ""
        return self._steps.change(row, _S.PLANNED, actor, generation=row.generation, by="retry")

    def paid_by_hand(self, key: str, reference: str, actor: str) -> Settlement:
        """Records a payment outside any gateway; for a failed settlement, on a replacement."""
        if not 1 <= len(reference.strip()) <= 100:
            said = "Say by what it can be found again: 1 to 100 characters."
            raise RequestFault("wrong_reference", said, "reference")
        row = self._held(key)
        if row.state == _S.FAILED:
            made = self._again(row, "refund_by_check", actor)
            row = self._tables.Settlement.get_for_update(id=made.id)
        row.instrument, row.reference = Instrument.BY_HAND, reference.strip()
        row.trouble, row.sentence = "", "Paid by hand."
        row.owner, row.due = "", None
        return self._steps.change(row, _S.SUCCEEDED, actor, by="by hand")

    def give_up(self, key: str, actor: str, why: str = "") -> Settlement:
        """Ends a settlement unpaid; frees its share of the ceilings, and stores `why`."""
        row = self._held(key)
        row.why = "; ".join(filter(None, (row.why, why and f"Given up: {why}")))
        row.owner, row.due, row.sentence = "", None, row.sentence or GIVEN_UP
        self._steps.change(row, _S.CANCELLED, actor, by="given up")
        self._steps.let_go(row, actor)
        return settlement(row)

    def credit_instead(self, key: str, actor: str) -> Settlement:
        """Replaces a settlement by one that gives credit, which it returns."""
        row = self._held(key)
        given_up = None if row.state == _S.FAILED else self.give_up(key, actor)
        if given_up is not None and not given_up.open_amount.minor:
            return given_up
        return self._again(row, "account_credit", actor)

    def locks(self, return_: str) -> tuple[Lock, ...]:
        """Under which nobody else changes the settlements of a return's lines.

        Nor those of lines whose claims these paid, which are claimed again without these.
        """
        return ((_LOCKED, [return_, return_]),)

    def withdraw(self, return_line: str, actor: str) -> tuple[Settlement, ...]:
        """What never moved of a return line that is not owed it, each as it was before.

        What a person gave up is among it, once; what claims took off it is claimed again. What was
        sent and may have moved stays, and so does what another took the place of.
        """
        taken = []
        # what claims took off goes first: they may be for other money of the line
        for row in sorted(self._steps.of_line(return_line), key=lambda row: not row.claimed):
            if _never_moved(row):
                taken.append(settlement(row))
                self._steps.not_owed(row, actor)
                self._steps.unpay(row.id, actor)
        return tuple(taken)

    def forget(self, given_up: Sequence[str]) -> None:
        """Marks settlements that a person gave up as not owed, since their lines are decided anew.

        What claims took off them stays paid. Their return's `locks` are held.
        """
        keys = list(given_up)
        for row in select(s for s in self._tables.Settlement if s.id in keys):
            row.excess = row.amount

    def found(self, key: str, outcome: GatewayOutcome, actor: str) -> Settlement:
        """Records that it moved after all, as the gateway's list shows."""
        row = self._held(key)
        row.reference, row.trouble, row.sentence = outcome.reference, outcome.reason, ""
        row.owner, row.due = "", kept(self._now())
        return self._steps.change(row, _MOVED[outcome.answered], actor, reference=row.reference)

    def arrived(self, found: Settlement) -> None:
        """Records that a request with its key has reached the gateway, and may still run there.

        A worker looks up what became of it; until then nobody resolves it. Another amount that
        stands for it now may not be what that request moves.
        """
        row = self._held(found.id)
        if row.generation == found.generation:
            row.generation, row.reference = row.generation + 1, ""
            row.owner, row.due = "", kept(self._now() + timedelta(seconds=IN_FLIGHT))

    def check_same(self, found: Settlement) -> None:
        """Raises `changed` if it was sent since it was looked up at the gateway, as `found`."""
        now = self.held(found.id)
        if _sent(now) != _sent(found):
            said = "It was sent again since it was looked up at the gateway. Read it, then decide."
            raise RequestFault("changed", said, "settlement")

    def held(self, key: str) -> Settlement:
        """Locks and returns a settlement; raises `nothing_to_resolve` for one on its way, and
        `attempt_running` for one of which a request may still run.
        """
        return settlement(self._held(key))

    def _held(self, key: str) -> Any:
        """Locks the settlement; raises as `held`."""
        rows = self._tables.Settlement
        paid = select(s.payment.id for s in rows if s.id == key).first()
        if paid is not None:
            self._steps.hold_charge(self._tables.Payment.get_for_update(id=paid))
        row = rows.get_for_update(id=key)
        if row is None or SettlementState(row.state) not in _OPEN:
            raise RequestFault(
                "nothing_to_resolve",
                "It is on its way or at its end; only what needs attention or failed is resolved.",
                "settlement",
            )
        wait = self._until(row.due) if row.due is not None and not row.reference else 0
        if 0 < wait <= IN_FLIGHT:  # a check that is due later waits for no request
            raise RequestFault(
                "attempt_running",
                f"A request for it may still run at the gateway. It is looked up in {wait} "
                "seconds; then decide.",
                "settlement",
            )
        return row

    def _until(self, due: datetime) -> int:
        """Seconds until a moment that is kept, rounded up."""
        return ceil((due - kept(self._now())).total_seconds())

    def _check_room(self, row: Any) -> None:
        """Checks the ceilings and disputes again before it is sent."""
        amount, mine = Money(row.amount, row.currency), 0 if row.trouble == OVER else row.amount
        if self._steps.held(row.payment, amount.minor, mine):
            raise RequestFault("disputed", "The payment is still disputed.", "settlement")
        for each in self._steps.ceilings(row.order_line, row.line_most, row.payment):
            left = Money(max(0, each.most - each.taken + mine), row.currency)
            if amount.minor > left.minor:
                said = f"{amount} is to go back and {left} of {each.name} is left."
                raise RequestFault(OVER, said, "settlement")

    def _again(self, row: Any, remedy: str, actor: str) -> Settlement:
        """Replaces a settlement, at most once."""
        rows = self._tables.Settlement
        if rows.exists(instead_of=row.id):
            raise RequestFault("replaced_already", "Another settlement took its place.")
        cause = row.return_line
        last = select(max(s.sequence) for s in rows if s.return_line == cause).first()
        asked = Asked(
            return_line=cause,
            sequence=1 + last,
            order_line=row.order_line,
            supplier=row.supplier,
            retailer=row.retailer,
            remedy=remedy,
            amount=settlement(row).open_amount,
            line_most=row.line_most,
            payment=row.payment.id if row.payment else None,
            actor=actor,
            why=row.why,
            instead_of=row.id,
            claimed=row.claimed,
            tax=settlement(row).open_tax,
        )
        paid = row.payment
        ceilings = self._steps.ceilings(row.order_line, row.line_most, paid)
        instrument = instrument_for(remedy, ways(paid))
        disputed = self._steps.held(paid, asked.amount.minor)
        plan = planned(asked.amount, instrument, ceilings, disputed=disputed)
        made = self._steps.make(asked, paid, plan)
        self._takes_over(row, made)
        return made

    def _takes_over(self, row: Any, made: Settlement) -> None:
        """Moves the offsets of claims to the replacement."""
        uses = self._tables.ClaimUse
        for use in list(select(u for u in uses if u.settlement == row.id)):
            use.settlement = made.id
        row.claimed = 0


def _sent(found: Settlement) -> tuple[object, ...]:
    """What changes when a settlement is sent with a key that was not used up before."""
    return found.state, found.generation, found.first_sent


def _never_moved(row: Any) -> bool:
    """Whether it failed, was never sent, or was given up; not what was found so before."""
    if row.state in (_S.FAILED, _S.CANCELLED):
        return bool(row.excess < row.amount)
    unsent = row.state in (_S.PLANNED, _S.NEEDS_ATTENTION) and row.first_sent is None
    return unsent and not row.owner
