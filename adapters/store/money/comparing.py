"""Matches settlements with a gateway's list: compares, adopts, and stores the comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from adapters.identity.actors import WORKER
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.adopting import STATES
from adapters.store.money.records import Settlement, settlement
from adapters.store.money.steps import Steps
from adapters.store.money.tables import MoneyTables
from adapters.store.money.unread import UnreadEvent
from adapters.store.tables import desc, select
from adapters.store.timestamps import given_back, kept
from engine.money import Money
from engine.settlement.gateway import GatewayOutcome
from engine.settlement.instruments import AT_GATEWAY
from engine.settlement.machine import SettlementState
from engine.settlement.steps import MINUTE, STILL_SUBMITTED

_S: Final = SettlementState
_AT_GATEWAY: Final = [str(each) for each in AT_GATEWAY]
_DONE: Final = [str(_S.SUBMITTED), str(_S.SUCCEEDED)]
_UNDER_WAY: Final = [str(_S.PLANNED), str(_S.SUBMITTED), str(_S.NEEDS_ATTENTION)]


class Met(StrEnum):
    """The result of matching a movement on the gateway's list with settlements."""

    AGREED = "agreed"
    DIFFERS = "differs"
    ADOPTED = "adopted"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementDifference:
    """A movement on which Takeback's records and the gateway disagree, or disagreed.

    `tax` is the tax in the amount by Takeback's records; empty without any.
    """

    settlement: str
    reference: str
    amount: str
    ours: str
    theirs: str
    tax: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison; `elsewhere` counts movements of unknown payments.

    `trouble` says why it failed; `clock_off` is by how many seconds this clock was ahead of the
    gateway's, 0 if right. `unread` are events that could not be interpreted.
    """

    partner: str
    since: datetime
    began_at: datetime
    ended_at: datetime
    seen: int = 0
    elsewhere: int = 0
    missing: tuple[SettlementDifference, ...] = ()
    adopted: tuple[SettlementDifference, ...] = ()
    differing: tuple[SettlementDifference, ...] = ()
    trouble: str = ""
    clock_off: int = 0
    unread: tuple[UnreadEvent, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the comparison succeeded and found no difference."""
        return not (self.trouble or self.missing or self.adopted or self.differing)

    @property
    def told(self) -> dict[str, object]:
        """The journal entry's fields."""
        many = {name: len(getattr(self, name)) for name in ("missing", "adopted", "differing")}
        return {"agrees": self.agrees, "done": not self.trouble, "seen": self.seen, **many}


class Comparing:
    """Every call runs inside a session of the store, a writing one where anything changes."""

    def __init__(self, tables: MoneyTables, steps: Steps, journal: Journal) -> None:
        self._tables = tables
        self._steps = steps
        self._journal = journal
        self._now = journal.now

    def sent(self, supplier: str, since: datetime) -> tuple[Settlement, ...]:
        """Settlements recorded as moved by the gateway for a supplier since a moment."""
        rows, first = self._tables.Settlement, kept(since)
        found = select(
            s
            for s in rows
            if s.supplier == supplier
            and s.first_sent >= first
            and s.state in _DONE
            and s.instrument in _AT_GATEWAY
        )
        return tuple(map(settlement, found.order_by(lambda s: s.first_sent)))

    def under_way(self, supplier: str) -> tuple[Settlement, ...]:
        """Settlements of a supplier that were or may have been sent, and are not final."""
        rows = self._tables.Settlement
        found = select(
            s
            for s in rows
            if s.supplier == supplier
            and s.first_sent is not None
            and s.state in _UNDER_WAY
            and s.instrument in _AT_GATEWAY
        )
        return tuple(map(settlement, found.order_by(lambda s: s.first_sent)))

    def known(self, supplier: str, theirs: GatewayOutcome) -> Settlement | None:
        """Finds the settlement of a movement, by the settlement id that it carries or by its
        reference.

        A second movement of a settlement is found by its reference, once it was adopted.
        """
        rows, key, reference = self._tables.Settlement, theirs.settlement, theirs.reference
        mine = select(s for s in rows if s.supplier == supplier)
        found = [
            *mine.filter(lambda s: s.id == key and s.reference in ("", reference)),
            *mine.filter(lambda s: s.reference == reference).order_by(lambda s: s.made_at),
            *mine.filter(lambda s: s.id == key),
        ]
        return settlement(found[0]) if found else None

    def meet(self, key: str, theirs: GatewayOutcome, by: str) -> Met:
        """Compares a settlement with a movement; updates it or schedules a look if it is behind."""
        row = self._tables.Settlement.get_for_update(id=key)
        state, said = _under_way(row), STATES[theirs.answered]
        if theirs.amount != Money(row.amount, row.currency):
            return Met.DIFFERS
        if state is said and row.instrument in _AT_GATEWAY:
            return Met.AGREED
        if state is _S.PLANNED and row.owner == "":
            self._moved(row, said, theirs, by)  # its answer was lost, or a backup forgot it
            return Met.AGREED
        if state in (_S.PLANNED, _S.SUBMITTED):
            self._steps.look_again(row)  # it will reach the gateway's state by itself
            return Met.AGREED
        if state is _S.NEEDS_ATTENTION and said in (_S.SUCCEEDED, _S.SUBMITTED):
            self._moved(row, said, theirs, by)
        elif state is _S.SUCCEEDED and row.instrument in _AT_GATEWAY:
            self._steps.look_again(row)
        elif said is _S.FAILED:
            return Met.AGREED  # nothing moved, and nothing is expected
        return Met.DIFFERS

    def _moved(self, row: Any, said: SettlementState, theirs: GatewayOutcome, by: str) -> None:
        row.reference, row.trouble, row.sentence = theirs.reference, theirs.reason, ""
        row.first_sent = row.first_sent or kept(self._now())
        row.owner, row.due = "", kept(self._now() + timedelta(seconds=MINUTE))
        self._steps.change(row, said, by, reference=row.reference)

    def missed(self, key: str) -> None:
        """Schedules a look at a settlement, by its reference, that the gateway's list lacks."""
        self._steps.look_again(self._tables.Settlement.get_for_update(id=key))

    # --- stored comparisons -------------------------------------------------------------------

    def keep(self, done: Comparison, by: str) -> None:
        """Stores a comparison, with a journal entry unless a worker found no difference."""
        self._tables.Reconciliation(
            id=new_id(),
            partner=done.partner,
            since=kept(done.since),
            began_at=kept(done.began_at),
            ended_at=kept(done.ended_at),
            seen=done.seen,
            elsewhere=done.elsewhere,
            missing=_rows(done.missing),
            adopted=_rows(done.adopted),
            differing=_rows(done.differing),
            trouble=done.trouble,
            clock_off=done.clock_off,
            asked_by=by,
        )
        if by != WORKER or not done.agrees:
            own = Sides(own=done.partner)
            self._journal.tell(own, by, done.partner, "account_compared", **done.told)

    def newest(self, partner: str, most: int) -> tuple[Comparison, ...]:
        """The last comparisons of a partner, newest first."""
        rows = self._tables.Reconciliation
        found = select(r for r in rows if r.partner == partner)
        return tuple(map(_comparison, found.order_by(lambda r: desc(r.began_at))[:most]))

    def last_done(self, partner: str) -> datetime | None:
        """When the last successful comparison began."""
        rows = self._tables.Reconciliation
        found = select(max(r.began_at) for r in rows if r.partner == partner and r.trouble == "")
        last = found.first()
        return given_back(last) if last else None


def _under_way(row: Any) -> SettlementState:
    """Returns the state, `SUBMITTED` also where a person was told that it takes long."""
    state = SettlementState(row.state)
    is_slow = state is _S.NEEDS_ATTENTION and row.trouble == STILL_SUBMITTED
    return _S.SUBMITTED if is_slow else state


def _rows(found: tuple[SettlementDifference, ...]) -> list[list[str]]:
    return [[d.settlement, d.reference, d.amount, d.ours, d.theirs, d.tax] for d in found]


def _differences(rows: list[list[str]]) -> tuple[SettlementDifference, ...]:
    return tuple(
        SettlementDifference(
            settlement=key,
            reference=reference,
            amount=amount,
            ours=ours,
            theirs=theirs,
            tax=tax[0] if tax else "",  # older rows lack it
        )
        for key, reference, amount, ours, theirs, *tax in rows
    )


def _comparison(row: Any) -> Comparison:
    return Comparison(
        partner=row.partner,
        since=given_back(row.since),
        began_at=given_back(row.began_at),
        ended_at=given_back(row.ended_at),
        seen=row.seen,
        elsewhere=row.elsewhere,
        missing=_differences(row.missing),
        adopted=_differences(row.adopted),
        differing=_differences(row.differing),
        trouble=row.trouble,
        clock_off=row.clock_off,
    )
