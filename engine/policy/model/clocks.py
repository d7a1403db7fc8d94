"""What a deadline is once it has been read: a start, a length and a way of counting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.dates import Length


@dataclass(frozen=True, slots=True)
class StartDate:
    """A date fact, moved by a length if one is given (`sign` 1 or -1)."""

    fact: str
    plus: Length | None = None


class Pick(StrEnum):
    """Which of several dates starts a clock."""

    ONLY = "only"
    FIRST_KNOWN = "first_known"
    LATER_OF = "later_of"
    EARLIER_OF = "earlier_of"


@dataclass(frozen=True, slots=True)
class Start:
    """Where a clock counts from."""

    dates: tuple[StartDate, ...]
    pick: Pick = Pick.ONLY


@dataclass(frozen=True, slots=True)
class Opens:
    """The first good day: a start plus a length, or (`ahead`) minus it."""

    length: Length
    start: Start
    ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A deadline: one of `within`, `until` and `no_limit` (unless only `opens` is set)."""

    event: str = "requested"
    by: str | None = None
    within: Length | None = None
    strict: bool = False
    until: int | None = None
    no_limit: bool = False
    opens: Opens | None = None
    start: Start | None = None
    start_day_is_first: bool = False
    roll: bool = False
    extended_by: Length | None = None
    pauses: tuple[str, str] | None = None
    if_late: str = "outside_window"
    if_early: str = "too_early"
    if_silent: str | None = None
    must_start: bool = False
    readings: tuple[ClockReading, ...] = ()
    code: str | None = None
    we_take: str | None = None

    @property
    def dates(self) -> frozenset[str]:
        """The facts that it reads: its event, what it counts from, its pauses; of each reading."""
        opens = self.opens.start if self.opens is not None else None
        starts = [each.fact for start in (self.start, opens) if start for each in start.dates]
        more = [each.clock.dates for each in self.readings]
        return frozenset((self.event, *starts, *(self.pauses or ()))).union(*more)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """One way to read a clock whose text can be read in several."""

    id: str
    clock: Clock
    because: str | None = None
    clause: str | None = None
