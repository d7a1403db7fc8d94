"""A supplier's lane: while its key is refused nothing of its money is sent; others go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.identity.actors import WORKER
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.moments import given_back, kept
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from engine.settlement.machine import SettlementState

_OPEN: Final = [str(SettlementState.PLANNED), str(SettlementState.SUBMITTED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Since when a lane stands still, and why."""

    since: datetime
    reason: str


class Lanes:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: MoneyTables, journal: Journal, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def stopped(self) -> list[str]:
        """The suppliers whose lanes stand still."""
        rows = self._tables.Lane
        return list(select(lane.supplier for lane in rows if lane.stopped_at is not None))

    def of(self, supplier: str) -> Stop | None:
        """Why a supplier's lane stands still; None while it moves."""
        row = self._tables.Lane.get(supplier=supplier)
        if row is None or row.stopped_at is None:
            return None
        return Stop(since=given_back(row.stopped_at), reason=row.reason)

    def stop(self, supplier: str, reason: str) -> None:
        """Sends nothing more of a supplier's until its lane is opened."""
        rows = self._tables.Lane
        lane = rows.get_for_update(supplier=supplier) or rows(supplier=supplier)
        if lane.stopped_at is None:
            lane.stopped_at, lane.reason = kept(self._now()), reason
            own = Sides(own=supplier)
            self._journal.tell(own, WORKER, supplier, "lane_stopped", reason=reason)

    def open(self, supplier: str, actor: str) -> None:
        """Lets a supplier's settlements be sent again, at once."""
        lane = self._tables.Lane.get_for_update(supplier=supplier)
        if lane is None or lane.stopped_at is None:
            return
        lane.stopped_at, lane.reason = None, ""
        rows, now = self._tables.Settlement, kept(self._now())
        waits = select(s for s in rows if s.supplier == supplier and s.state in _OPEN)
        for row in waits.filter(lambda s: s.owner == "" and s.due is not None):
            row.due = now
        self._journal.tell(Sides(own=supplier), actor, supplier, "lane_opened")
