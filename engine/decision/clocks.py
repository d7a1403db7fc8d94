"""Where a deadline stands: its first and last day or moment, and its state.

Works on ordinals and seconds; knows nothing of rows or of how ties are settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.dates import (
    DAY,
    Calendar,
    Length,
    add_length,
    day_of_instant,
    end_of_day,
    seconds_of,
)
from engine.policy.model import Clock, Pick, Start

_FOREVER = 10**12


class Dates(Protocol):
    """The dates of a request, by fact."""

    def day(self, fact: str) -> int | None:
        """The ordinal of a date that is known, else None."""

    def moment(self, fact: str) -> int | None:
        """Seconds since 1970 of a moment that was sent as one, else None."""


@dataclass(slots=True, kw_only=True)
class Standing:
    """A clock that was read: days are ordinals, moments seconds; None where there is none."""

    clock: Clock
    state: str
    start_fact: str | None = None
    start_day: int | None = None
    event_day: int | None = None
    event_known: bool = False
    first_day: int | None = None
    last_day: int | None = None
    last_moment: int | None = None
    days_left: int | None = None
    days_since_open: int | None = None
    days_allowed: int | None = None
    note: str | None = None
    taken: str | None = None
    readings: tuple[tuple[str, Standing], ...] = ()

    @property
    def rank(self) -> int:
        """Orders deadlines by their end; no limit comes last."""
        if self.last_moment is not None:
            return self.last_moment
        return _FOREVER if self.clock.no_limit or self.last_day is None else self.last_day * DAY


BAD = ("late", "early", "silent")


def stand(clock: Clock, dates: Dates, zone: str, calendar: Calendar) -> Standing:
    """Reads a clock; a clock with several readings is `disputed` when they disagree."""
    if clock.readings:
        return _disputed(clock, dates, zone, calendar)
    event_day, known = _event(clock, dates)
    found = Standing(clock=clock, state="none", event_day=event_day, event_known=known)
    if clock.opens:
        opened = _start(clock.opens.start, dates, calendar)
        if opened is not None:
            sign = -1 if clock.opens.ahead else 1
            found.first_day = add_length(opened[1], clock.opens.length, calendar, sign)
    _end(found, clock, dates, zone, calendar)
    _judge(found, clock, dates, zone)
    return found


def _disputed(clock: Clock, dates: Dates, zone: str, calendar: Calendar) -> Standing:
    each = tuple((reading.id, stand(reading.clock, dates, zone, calendar)) for reading in clock.readings)
    if clock.we_take not in (None, "none"):
        taken = dict(each)[str(clock.we_take)]
        taken.taken = clock.we_take
        return taken
    bad = {standing.state in BAD for _, standing in each}
    if len(bad) == 1:
        return each[0][1]
    first = each[0][1]
    return Standing(clock=clock, state="disputed", event_day=first.event_day, event_known=first.event_known,
                    readings=each)


def _event(clock: Clock, dates: Dates) -> tuple[int | None, bool]:
    day = dates.day(clock.event)
    return (day, True) if day is not None else (dates.day("now"), False)


def _start(start: Start, dates: Dates, calendar: Calendar) -> tuple[str, int] | None:
    """The fact that starts the clock and its day, moved as written; None when it is not known."""
    found = [(entry.fact, day if entry.plus is None else add_length(day, entry.plus, calendar))
             for entry in start.dates if (day := dates.day(entry.fact)) is not None]
    if not found:
        return None
    if start.pick is Pick.LATER_OF:
        return max(found, key=lambda pair: pair[1])
    if start.pick is Pick.EARLIER_OF:
        return min(found, key=lambda pair: pair[1])
    return found[0]


def _end(found: Standing, clock: Clock, dates: Dates, zone: str, calendar: Calendar) -> None:
    if clock.until is not None:
        found.last_day = clock.until
    if clock.within is None or clock.start is None:
        return
    begun = _start(clock.start, dates, calendar)
    if begun is None:
        return
    found.start_fact, found.start_day = begun
    if clock.within.on_clock:
        _clock_end(found, clock, dates, zone)
    else:
        _day_end(found, clock, clock.within, dates, calendar)


def _clock_end(found: Standing, clock: Clock, dates: Dates, zone: str) -> None:
    assert clock.within is not None and found.start_day is not None and found.start_fact is not None
    moment = dates.moment(found.start_fact)
    if moment is None or dates.day(found.start_fact) != found.start_day:
        moment = end_of_day(found.start_day, zone)
        found.note = f"`{found.start_fact}` has no time of day; the clock runs from the end of that day"
    last = moment + seconds_of(clock.within) - (1 if clock.strict else 0)
    if clock.extended_by is not None and clock.extended_by.on_clock:
        last += seconds_of(clock.extended_by)
    found.last_moment = last
    found.last_day = day_of_instant(last, zone)
    found.days_allowed = seconds_of(clock.within) // DAY


def _day_end(found: Standing, clock: Clock, within: Length, dates: Dates, calendar: Calendar) -> None:
    assert found.start_day is not None
    last = add_length(found.start_day, within, calendar)
    if clock.start_day_is_first:
        last = calendar.add(last, -1) if within.unit == "business days" else last - 1
    if clock.strict:
        last -= 1
    if clock.extended_by is not None and not clock.extended_by.on_clock:
        last = add_length(last, clock.extended_by, calendar)
    if clock.pauses is not None:
        last += _paused(clock.pauses, dates)
    if clock.roll:
        last = calendar.roll(last)
    found.last_day = last
    found.days_allowed = last - found.start_day + (1 if clock.start_day_is_first else 0)


def _paused(pauses: tuple[str, str], dates: Dates) -> int:
    first, last = dates.day(pauses[0]), dates.day(pauses[1])
    if first is None:
        return 0
    until = last if last is not None else dates.day("now")
    return max(0, until - first) if until is not None else 0


def _judge(found: Standing, clock: Clock, dates: Dates, zone: str) -> None:
    day = found.event_day
    if day is None:
        found.state = "pending"
        return
    if found.last_day is not None:
        found.days_left = found.last_day - day
    if found.first_day is not None:
        found.days_since_open = day - found.first_day
        if day < found.first_day:
            found.state = "early"
            return
    if found.last_day is None and not clock.no_limit and clock.within is not None:
        found.state = "not_started"
        return
    late = _is_late(found, clock, dates, zone, day)
    if found.event_known:
        found.state = "late" if late else "in_time"
    elif late:
        found.state = "silent" if clock.by is not None else "late"
    else:
        found.state = "pending"


def _is_late(found: Standing, clock: Clock, dates: Dates, zone: str, day: int) -> bool:
    if found.last_day is None:
        return False
    if found.last_moment is None:
        return day > found.last_day
    fact = clock.event if found.event_known else "now"
    moment = dates.moment(fact)
    if moment is None:
        moment = end_of_day(day, zone)
        found.note = found.note or f"`{fact}` has no time of day; the end of that day is taken"
    return moment > found.last_moment
