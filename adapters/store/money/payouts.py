"""Holds a supplier's payouts while its key is refused; other suppliers' payouts go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.identity.actors import WORKER
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from adapters.store.timestamps import given_back, kept
from engine.settlement.machine import SettlementState

CLOCKS_DIFFER: Final = 60
"""Seconds by which this clock and the gateway's may differ, counting rounding and latency."""
CALM: Final = timedelta(hours=2)
"""How long all servers' clocks must be right before the alarm ends."""
_OPEN: Final = [str(SettlementState.PLANNED), str(SettlementState.SUBMITTED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Since when a supplier's payouts are on hold, and why."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOff:
    """Since when a server's clock differs from the gateway's, and how many seconds it is ahead."""

    since: datetime
    seconds: int

    @property
    def sentence(self) -> str:
        """The difference as a sentence for people."""
        word = "ahead of" if self.seconds > 0 else "behind"
        return (
            f"The clock of a server of Takeback is {abs(self.seconds):,} seconds {word} the "
            "gateway's. Money moves once all the same; set the clock right (NTP)."
        )


class Payouts:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: MoneyTables, journal: Journal, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def stopped(self) -> list[str]:
        """The suppliers whose payouts are on hold."""
        rows = self._tables.Lane
        return list(select(lane.supplier for lane in rows if lane.stopped_at is not None))

    def of(self, supplier: str) -> Stop | None:
        """Why a supplier's payouts are on hold; None if they are not."""
        row = self._tables.Lane.get(supplier=supplier)
        if row is None or row.stopped_at is None:
            return None
        return Stop(since=given_back(row.stopped_at), reason=row.reason)

    def clock(self, supplier: str) -> ClockOff | None:
        """How far this clock was off when it called a supplier's gateway; None if it was right."""
        return _clock(self._tables.Lane.get(supplier=supplier))

    def worst_clock(self) -> ClockOff | None:
        """The largest known difference from any gateway's clock."""
        rows = self._tables.Lane
        found = filter(None, map(_clock, select(lane for lane in rows if lane.clock_off != 0)))
        return max(found, key=lambda each: abs(each.seconds), default=None)

    def tell_clock(self, supplier: str, ahead: float, by: str = WORKER) -> int:
        """Records by how many seconds this clock is ahead; returns them, 0 if it is right.

        Several processes may have different clocks: the alarm ends when none was off for `CALM`.
        """
        rows, now = self._tables.Lane, kept(self._now())
        lane, own = rows.get_for_update(supplier=supplier), Sides(own=supplier)
        seconds = round(ahead) if abs(ahead) > CLOCKS_DIFFER else 0
        was = lane.clock_off if lane is not None else 0
        if seconds:
            lane = lane or rows(supplier=supplier)
            lane.clock_off, lane.clock_seen = seconds, now
            if not was:
                lane.clock_since = now
                self._journal.tell(own, by, supplier, "clock_off", seconds=seconds)
        elif was and not now - CALM < lane.clock_seen <= now:
            lane.clock_off, lane.clock_since, lane.clock_seen = 0, None, None
            self._journal.tell(own, by, supplier, "clock_right")
        return seconds

    def stop(self, supplier: str, reason: str) -> None:
        """Puts a supplier's payouts on hold until they are resumed."""
        rows = self._tables.Lane
        lane = rows.get_for_update(supplier=supplier) or rows(supplier=supplier)
        if lane.stopped_at is None:
            lane.stopped_at, lane.reason = kept(self._now()), reason
            own = Sides(own=supplier)
            self._journal.tell(own, WORKER, supplier, "lane_stopped", reason=reason)

    def open(self, supplier: str, actor: str) -> None:
        """Resumes a supplier's payouts; what waits is due at once."""
        lane = self._tables.Lane.get_for_update(supplier=supplier)
        if lane is None or lane.stopped_at is None:
            return
        lane.stopped_at, lane.reason = None, ""
        rows, now = self._tables.Settlement, kept(self._now())
        waits = select(s for s in rows if s.supplier == supplier and s.state in _OPEN)
        for row in waits.filter(lambda s: s.owner == "" and s.due is not None):
            row.due = now
        self._journal.tell(Sides(own=supplier), actor, supplier, "lane_opened")


def _clock(row: Any) -> ClockOff | None:
    if row is None or not row.clock_off:
        return None
    return ClockOff(since=given_back(row.clock_since), seconds=row.clock_off)
