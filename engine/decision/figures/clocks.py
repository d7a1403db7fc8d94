"""Works out how a deadline stands: its first and last day or moment, and its state.

A clock is prepared once for the slots of a policy. Days are ordinals, moments seconds since 1970
UTC. It must not know rows or how ties are settled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from engine.dates import (
    DAY,
    Calendar,
    Length,
    Unit,
    add_length,
    added_up,
    day_of_instant,
    end_of_day,
    seconds_of,
)
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.slots import NOW_CAME, Slots
from engine.meaning.lowering.clocks import FOREVER, LONGEST_PAUSE, goes_on
from engine.policy.model import Clock, Pick, Start
from engine.policy.words import BAD, UNDATED

_add_length = lru_cache(maxsize=16_384)(add_length)

Begin = Callable[[list[int]], "tuple[str, int, int] | None"]
"""Returns the fact that starts a clock, its day (moved as written) and its moment; a date without a
time, or one that was moved, has no moment."""


class Standing(Struct, eq=False):
    """The result of reading a clock; a day or moment that does not exist is None.

    `open_end`: a pause is not over, and its end is unknown. `unsure`: it would be late, but it is
    unknown whether the event happened or when the pause ends. `never`: there is no date from which
    it could count, and none can come. `unopened`: the slots of what can be supposed of it, because
    it is late or silent, or early if it opens later, which was not sent. `unbegun`: its end is
    open, because its start was not sent.
    """

    clock: Clock
    event_day: int | None
    event_known: bool
    state: str = "none"
    start_fact: str | None = None
    start_day: int | None = None
    first_day: int | None = None
    last_day: int | None = None
    last_moment: int | None = None
    days_left: int | None = None
    days_since_open: int | None = None
    days_allowed: int | None = None
    note: str | None = None
    open_end: bool = False
    readings: tuple[tuple[str, Standing], ...] = ()
    unsure: bool = False
    never: bool = False
    unopened: tuple[int, ...] = ()
    unbegun: bool = False

    @property
    def endless(self) -> bool:
        """Whether it is early, whenever it starts, but its end is open."""
        return self.unbegun and self.state == "early"

    @property
    def awaited(self) -> tuple[Start, ...]:
        """What a clock waits for that has not started: its opening, and its start."""
        opens = self.clock.opens if self.first_day is None else None
        starts = (opens.start if opens else None, self.clock.start)
        return tuple([start for start in starts if start is not None])

    def awaited_for(self, fact: str) -> tuple[Start, ...]:
        """Returns the opening, or the start, without which a fact about it is unknown."""
        opens = self.clock.opens
        if fact in ("first_day", "days_since_open"):
            return (opens.start,) if opens is not None and self.first_day is None else ()
        return (self.clock.start,) if self.endless and self.clock.start is not None else ()

    def rank(self, zone: str) -> int:
        """Returns the end in seconds, by which deadlines are ordered; no limit comes last."""
        if self.last_moment is not None:
            return self.last_moment
        if self.clock.no_limit or self.last_day is None:
            return FOREVER
        return end_of_day(self.last_day, zone)


class Days(NamedTuple):
    """A clock that only counts days from one date: the slots of its event and of that date, and the
    days from the date to the last day."""

    event: int
    start: int
    more: int


class ClockReader:
    """Reads one clock from the slots of a policy; `days` is set if it only counts days."""

    def __init__(self, clock: Clock, slots: Slots) -> None:
        self.clock = clock
        self._slots = slots
        self._zone = slots.policy.time_zone
        self._calendar: Calendar = slots.policy.calendar
        self._event = slots.slot(clock.event)
        self._now = slots.slot("now")
        self._now_came = slots.slot(NOW_CAME)
        on_clock = clock.within is not None and clock.within.on_clock
        self._begin = _beginning(clock.start, slots, by_day=not on_clock)
        self._opens = _beginning(clock.opens.start, slots) if clock.opens else None
        early = slots.openings.get((clock.event, clock.opens)) if clock.opens else None
        self._early = None if early is None else slots.slot(early)
        self._pauses = tuple(slots.slot(fact) for fact in clock.pauses or ())
        self.days = _days_of(clock, slots)
        self._readings = tuple((each.id, ClockReader(each.clock, slots)) for each in clock.readings)

    def stand(self, values: list[int]) -> Standing:
        """Reads the clock; if its readings disagree and none is taken, it is `disputed`."""
        if self._readings:
            return self._disputed(values)
        event = values[self._event]
        known = event > ABSENT
        if not known:
            event = values[self._now]
        found = Standing(self.clock, event if event > ABSENT else None, known)
        if self._opens is not None and self.clock.opens is not None:
            opened = self._opens(values)
            if opened is not None:
                sign = -1 if self.clock.opens.ahead else 1
                found.first_day = _add_length(
                    opened[1], self.clock.opens.length, self._calendar, sign
                )
        self._end(found, values)
        self._judge(found, values)
        if found.open_end:
            found.last_day = found.days_left = found.days_allowed = None
        return found

    def _disputed(self, values: list[int]) -> Standing:
        each = tuple((name, reader.stand(values)) for name, reader in self._readings)
        found = self._agreed(each, values)
        found.unopened = tuple([slot for _, standing in each for slot in standing.unopened])
        return found

    def _agreed(self, each: tuple[tuple[str, Standing], ...], values: list[int]) -> Standing:
        first, taken = each[0][1], self.clock.we_take
        waits = next((standing for _, standing in each if self._unsent(standing, values)), None)
        if waits is not None and taken in (None, "none"):
            return waits
        if len({standing.state in BAD for _, standing in each}) == 1:
            return first if taken in (None, "none") else dict(each)[str(taken)]
        if taken not in (None, "none"):
            found = dict(each)[str(taken)]
        else:
            found = Standing(self.clock, first.event_day, first.event_known)
            found.state = "disputed"
        found.readings = each
        return found

    def _unsent(self, reading: Standing, values: list[int]) -> bool:
        """Whether the start of a reading, its event, or the end of its pause was not sent."""
        if reading.unsure or reading.state != "not_started":
            return reading.unsure or reading.state == UNDATED
        return any(self._are_unknown(start, values) for start in reading.awaited)

    def _unopened(self, values: list[int]) -> bool:
        """Whether the date was not sent from which the clock would open."""
        return self.clock.opens is not None and self._are_unknown(self.clock.opens.start, values)

    def _unbegun(self, values: list[int]) -> bool:
        """Whether the date was not sent from which the clock would run."""
        return self.clock.start is not None and self._are_unknown(self.clock.start, values)

    def _are_unknown(self, start: Start, values: list[int]) -> bool:
        return all(values[self._slots.slot(each.fact)] == UNKNOWN for each in start.dates)

    # --- the end ------------------------------------------------------------------------------

    def _end(self, found: Standing, values: list[int]) -> None:
        clock = self.clock
        if clock.until is not None:
            found.last_day = clock.until
        if clock.within is None or self._begin is None:
            return
        begun = self._begin(values)
        if begun is None:
            dates = self.clock.start.dates if self.clock.start else ()
            found.never = all(values[self._slots.slot(each.fact)] == ABSENT for each in dates)
            found.unbegun = self._unbegun(values)
            return
        found.start_fact, start, moment = begun
        found.start_day = start
        if clock.within.on_clock:
            self._clock_end(found, clock.within, start, moment)
        else:
            self._day_end(found, clock.within, start, values)

    def _clock_end(self, found: Standing, within: Length, start: int, moment: int) -> None:
        if moment <= ABSENT:
            moment = end_of_day(start, self._zone)
            found.note = (
                f"`{found.start_fact}` has no time of day; the clock runs from the end of that day"
            )
        last = moment + seconds_of(within) - (1 if self.clock.strict else 0)
        more = self.clock.extended_by
        if more is not None and more.on_clock:
            last += seconds_of(more)
        found.last_moment = last
        found.last_day = day_of_instant(last, self._zone)
        found.days_allowed = (last - moment) // DAY

    def _day_end(self, found: Standing, within: Length, start: int, values: list[int]) -> None:
        clock = self.clock
        within, more = added_up(within, clock.extended_by)
        if clock.start_day_is_first and within.unit is Unit.BUSINESS_DAYS:
            last = self._calendar.add_from(start, within.count)
        else:
            last = _add_length(start, within, self._calendar) - bool(clock.start_day_is_first)
        if more is not None:
            last = _add_length(last, more, self._calendar)
        if clock.strict:
            last -= 1
        if self._pauses:
            last += self._paused(found, start, last, values)
        if clock.roll:
            last = self._calendar.roll(last)
        found.last_day = last
        found.days_allowed = last - start + (1 if clock.start_day_is_first else 0)

    def _paused(self, found: Standing, start: int, last: int, values: list[int]) -> int:
        """Returns the days of a pause that began before the last day; marks one without an end."""
        begun, over = (values[slot] for slot in self._pauses)
        if not ABSENT < begun <= last:
            return 0
        until = over if over > ABSENT else values[self._now]
        found.open_end = until <= ABSENT
        return 0 if found.open_end else min(max(0, until - max(begun, start)), LONGEST_PAUSE)

    # --- the state ----------------------------------------------------------------------------

    def _judge(self, found: Standing, values: list[int]) -> None:
        day, last, first = found.event_day, found.last_day, found.first_day
        if day is None:
            waits = "pending" if self.clock.within is None else "not_started"
            found.state = waits if first is None and last is None else UNDATED
            return
        if last is not None:
            found.days_left = last - day
        if first is not None:
            found.days_since_open = day - first
        if first is not None and day < first:
            found.state = "early"
        elif last is None and self.clock.within is not None:
            found.state = "not_started"
        elif self._is_late(found, day, values):
            found.unsure = found.open_end or self._unspoken(values)
            found.state = self._missed(found, values)
        elif self._opens is not None and first is None:
            found.state = "not_started"
        else:
            found.state = "in_time" if found.event_known else "pending"

    def _missed(self, found: Standing, values: list[int]) -> str:
        by = self.clock.by if not found.event_known else None
        state = "pending" if found.unsure else "late" if by is None else "silent"
        if found.first_day is not None or not self._unopened(values):
            return state
        if goes_on(self.clock, state):
            return "not_started"
        if state == "pending" or self._early is None:
            return state
        if values[self._early] == UNKNOWN:
            found.unopened = (self._early,)
        return "early" if values[self._early] == 1 else state

    def _unspoken(self, values: list[int]) -> bool:
        """Whether the event may have happened in time: it is not absent, and `now` was not sent."""
        return values[self._event] == UNKNOWN and values[self._now_came] <= ABSENT

    def _is_late(self, found: Standing, day: int, values: list[int]) -> bool:
        if found.last_moment is not None:
            return self._moment(found, day, values) > found.last_moment
        return found.last_day is not None and day > found.last_day

    def _moment(self, found: Standing, day: int, values: list[int]) -> int:
        moment = values[(self._event if found.event_known else self._now) + 1]
        if moment > ABSENT:
            return moment
        fact = self.clock.event if found.event_known else "now"
        found.note = found.note or f"`{fact}` has no time of day; the end of that day is taken"
        return end_of_day(day, self._zone)


def _days_of(clock: Clock, slots: Slots) -> Days | None:
    within, start = clock.within, clock.start
    others = clock.extended_by or clock.pauses or clock.roll or clock.opens or clock.readings
    if within is None or within.unit is not Unit.DAYS or others:
        return None
    if start is None or start.pick is not Pick.ONLY or start.dates[0].plus is not None:
        return None
    more = within.count - bool(clock.start_day_is_first) - bool(clock.strict)
    return Days(slots.slot(clock.event), slots.slot(start.dates[0].fact), more)


def _beginning(start: Start | None, slots: Slots, *, by_day: bool = True) -> Begin | None:
    if start is None:
        return None
    entries = [(each.fact, slots.slot(each.fact), each.plus) for each in start.dates]
    pick, calendar, zone = start.pick, slots.policy.calendar, slots.policy.time_zone

    def begun(fact: str, day: int, moment: int, plus: Length | None) -> tuple[str, int, int]:
        moved = day if plus is None else _add_length(day, plus, calendar)
        return fact, moved, moment if moved == day else UNKNOWN

    def at(one: tuple[str, int, int]) -> int:
        if by_day:
            return one[1]
        return one[2] if one[2] > ABSENT else end_of_day(one[1], zone)

    def among(values: list[int]) -> tuple[str, int, int] | None:
        found = [
            begun(fact, values[slot], values[slot + 1], plus)
            for fact, slot, plus in entries
            if values[slot] > ABSENT
        ]
        if not found:
            return None
        if pick is Pick.LATER_OF:
            return max(found, key=at)
        return min(found, key=at) if pick is Pick.EARLIER_OF else found[0]

    return among
