"""Amounts, clocks and conditions once they have been read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Final

from engine.dates import Length
from engine.money import Money
from engine.policy.faults import Source


class Op(StrEnum):
    """How a leaf compares a fact: numbers and dates by size, words and sets by membership."""

    IN = "in"
    NOT_IN = "not in"
    UNDER = "under"
    AT_MOST = "at_most"
    OVER = "over"
    AT_LEAST = "at_least"
    HAS = "has"
    LACKS = "lacks"
    KNOWN = "known"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    PRESENT = "present"


PRESENCE: Final = (Op.KNOWN, Op.UNKNOWN)
"""Tests of whether a fact was told, not of its value; they are never open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One test of one fact.

    `words` holds words for IN, NOT_IN, HAS and LACKS (one word), else `number` one integer: minor
    units, an ordinal day, a count, 0 or 1, or millionths for numbers and percents. `written` is the
    test as a person would read it.
    """

    fact: str
    op: Op
    words: tuple[str, ...] = ()
    number: int = 0
    written: str
    source: Source


@dataclass(frozen=True, slots=True)
class All:
    """A condition that holds if every part holds; without parts, always."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A condition that holds if at least one part holds."""

    parts: tuple[Condition, ...]


Condition = All | AnyOf | Leaf
ALWAYS = All()


@dataclass(frozen=True, slots=True)
class StartDate:
    """A date fact, moved by a length if one is given."""

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
    """The date that a clock counts from."""

    dates: tuple[StartDate, ...]
    pick: Pick = Pick.ONLY

    @property
    def names(self) -> tuple[str, ...]:
        """The facts that it counts from."""
        return tuple([each.fact for each in self.dates])


@dataclass(frozen=True, slots=True)
class Opens:
    """The first day that is not too early: a start plus a length, or minus it if `ahead`."""

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
        """The facts that it reads, its readings' included: its event, start and pauses."""
        opens = self.opens.start if self.opens is not None else None
        starts = [name for start in (self.start, opens) if start for name in start.names]
        more = [each.clock.dates for each in self.readings]
        return frozenset((self.event, *starts, *(self.pauses or ()))).union(*more)

    @property
    def counted(self) -> tuple[Clock, ...]:
        """The clocks that are read: its readings, or itself if it has none."""
        return tuple([each.clock for each in self.readings]) or (self,)

    @property
    def can_be_missed(self) -> bool:
        """Whether an event may be too late or too early in a way that is not only told."""
        late = self.if_late != "go_on" and not (self.no_limit and self.opens is None)
        return late or (self.opens is not None and self.if_early != "go_on")

    def late_like(self, other: Clock) -> bool:
        """Whether an event that is late by both is late in the same way."""
        return self._lateness == other._lateness

    @property
    def _lateness(self) -> tuple[object, ...]:
        return (self.event, self.by, self.opens, self.if_late, self.if_silent, self.readings)

    def says(self, state: str) -> str | None:
        """What it says of a state: a code, a default for silence or `go_on`; None for nothing."""
        said = {"early": self.if_early, "late": self.if_late, "silent": self.if_silent}
        return said.get(state)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """One way to read a clock whose text can be read in several ways."""

    id: str
    clock: Clock
    because: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed amount of money."""

    money: Money


@dataclass(frozen=True, slots=True)
class FromFact:
    """The value of a money fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Percent:
    """A share of an amount, in `millionths`: 15% is 150,000."""

    millionths: int
    of: Amount


@dataclass(frozen=True, slots=True)
class Extreme:
    """The greatest or the least of several amounts."""

    greatest: bool
    parts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Bounded:
    """An amount with a floor and a cap."""

    amount: Amount
    at_least: Amount | None
    at_most: Amount | None


@dataclass(frozen=True, slots=True)
class Each:
    """An amount for every unit of a count fact."""

    amount: Amount
    per: str


@dataclass(frozen=True, slots=True)
class ToBeAssessed:
    """An amount that a person assesses later; it is shown and never deducted."""


Amount = Fixed | FromFact | Percent | Extreme | Bounded | Each | ToBeAssessed | None
"""`None` is the amount `none`."""


@dataclass(frozen=True, slots=True)
class ShareOfCount:
    """A share of a count fact in `millionths`, rounded down: 5% of the units shipped."""

    millionths: int
    fact: str


Quantity = Amount | int | str | ShareOfCount
"""Money, or a count: a number, the name of a count fact, or a share of one."""


def held_in(value: object) -> Iterator[object]:
    """Yields a row's body, or a part of it such as an amount, and everything that it contains."""
    yield value
    if is_dataclass(value) and not isinstance(value, type | Leaf):
        for each in fields(value):
            yield from held_in(getattr(value, each.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from held_in(item)


def words_in(value: object) -> list[str]:
    """Returns every word in rows' bodies, or in parts of them: the facts that they name among
    others."""
    return [each for each in held_in(value) if isinstance(each, str)]
