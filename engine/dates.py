"""Lengths of time, calendar arithmetic and instants; reads no clock.

Days are proleptic Gregorian ordinals (`date.toordinal`), instants are seconds since 1970 UTC.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 9000
DAY: Final = 86_400
FIRST_DAY: Final = date(FIRST_YEAR, 1, 1).toordinal()
LAST_DAY: Final = date(LAST_YEAR, 12, 31).toordinal()
_EPOCH: Final = date(1970, 1, 1).toordinal()


class Unit(StrEnum):
    """What a length counts; hours and clock days run on instants, the others on dates."""

    HOURS = "hours"
    DAYS = "days"
    CLOCK_DAYS = "clock days"
    BUSINESS_DAYS = "business days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


MOST: Final = {
    Unit.HOURS: 1_000_000,
    Unit.DAYS: 40_000,
    Unit.CLOCK_DAYS: 40_000,
    Unit.BUSINESS_DAYS: 5_000,
    Unit.WEEKS: 5_000,
    Unit.MONTHS: 1_200,
    Unit.YEARS: 100,
}
"""The longest length that may be written, per unit."""

_HOURS: Final = {
    Unit.HOURS: (1, 1),
    Unit.DAYS: (24, 24),
    Unit.CLOCK_DAYS: (24, 24),
    Unit.BUSINESS_DAYS: (24, 24 * 400),
    Unit.WEEKS: (168, 168),
    Unit.MONTHS: (28 * 24, 31 * 24),
    Unit.YEARS: (365 * 24, 366 * 24),
}
"""The fewest and the most hours that one unit can last; a long holiday delays a business day."""

_MONTHS: Final = {Unit.MONTHS: 1, Unit.YEARS: 12}
"""Calendar units that are added in one step, and their months."""

_LENGTH = re.compile(r"([0-9]{1,7}) (hour|day|clock day|business day|week|month|year)s?\Z")


@dataclass(frozen=True, slots=True)
class Length:
    """`count` of a `unit`: 30 days."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"

    @property
    def on_clock(self) -> bool:
        """Whether it runs on instants and not on dates."""
        return self.unit in (Unit.HOURS, Unit.CLOCK_DAYS)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days of rest: weekday numbers (Monday is 0), dates, and a country's holidays."""

    weekend: frozenset[int] = frozenset({5, 6})
    dates: frozenset[int] = frozenset()
    region: str | None = None

    def is_business_day(self, day: int) -> bool:
        """Whether the ordinal `day` counts as a business day."""
        if (day + 6) % 7 in self.weekend or day in self.dates:
            return False
        return self.region is None or day not in _holidays(self.region, date.fromordinal(day).year)

    def add(self, day: int, count: int) -> int:
        """The `count`-th business day after (or before, if negative) `day`."""
        step = 1 if count >= 0 else -1
        for _ in range(abs(count)):
            day += step
            while not self.is_business_day(day):
                day += step
        return day

    def add_from(self, day: int, count: int) -> int:
        """Returns the `count`-th business day, counting `day` itself if it is a business day."""
        return self.add(day, count - int(self.is_business_day(day)))

    def roll(self, day: int) -> int:
        """Returns `day` if it is a business day, else the next business day."""
        while not self.is_business_day(day):
            day += 1
        return day


def parse_length(text: str) -> Length:
    """Parses `30 days`, `5 business days` or `1 year`; raises ValueError with a sentence."""
    match = _LENGTH.match(" ".join(text.split()))
    if not match:
        raise ValueError(
            f"`{text[:60]}` is not a length; write a whole number and a unit, as in "
            "`30 days`, `5 business days`, `48 hours` or `6 months`."
        )
    length = Length(int(match[1]), Unit(f"{match[2]}s"))
    if length.count > MOST[length.unit]:
        raise ValueError(f"`{text[:60]}` is too long; at most {MOST[length.unit]:,} {length.unit}.")
    return length


def add_length(day: int, length: Length, calendar_: Calendar, sign: int = 1) -> int:
    """Adds or subtracts a length of dates; a month ends on the same day number, or its last day."""
    count = sign * length.count
    if length.unit is Unit.BUSINESS_DAYS:
        return calendar_.add(day, count)
    if length.unit in _MONTHS:
        return _add_months(day, count * _MONTHS[length.unit])
    return day + count * (7 if length.unit is Unit.WEEKS else 1)


def added_up(length: Length, more: Length | None) -> tuple[Length, Length | None]:
    """Returns the lengths to add one after the other: months and years are added in one step."""
    if more is None or length.unit not in _MONTHS or more.unit not in _MONTHS:
        return length, more
    months = sum(each.count * _MONTHS[each.unit] for each in (length, more))
    return Length(months, Unit.MONTHS), None


def surely_longer(one: Length, other: Length) -> bool:
    """Whether one length outlasts another on every calendar."""
    if one.unit is other.unit:
        return one.count > other.count
    return one.count * _HOURS[one.unit][0] > other.count * _HOURS[other.unit][1]


def never_shorter(one: Length, other: Length) -> bool:
    """Whether one length lasts at least as long as another on every calendar."""
    if one.unit is other.unit:
        return one.count >= other.count
    return one.count * _HOURS[one.unit][0] >= other.count * _HOURS[other.unit][1]


def seconds_of(length: Length) -> int:
    """Seconds in a length that runs on the clock."""
    return length.count * (3600 if length.unit is Unit.HOURS else DAY)


def parse_day(text: str) -> int:
    """Parses `2025-01-31` to its ordinal; raises ValueError with a sentence."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"`{text[:60]}` is not a date; write it as `2025-01-31`.")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a day of the calendar.") from None
    return _within_years(day, text).toordinal()


def parse_instant(text: str) -> int:
    """Seconds since 1970 UTC of `2025-01-31T09:30:00+01:00`; raises ValueError with a sentence."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"`{text[:60]}` is not a moment; write it as `2025-01-31T09:30:00+01:00`."
        ) from None
    if moment.tzinfo is None:
        raise ValueError(f"`{text[:60]}` has no offset; write `Z` or `+01:00` after the time.")
    _within_years(moment.date(), text)
    return int((moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 1)


def is_instant(text: str) -> bool:
    """Returns whether a text is written as a moment rather than a day."""
    return len(text) > 10 and text[10:11] in ("T", "t", " ")


def day_in(text: str, zone: str) -> int:
    """Returns the ordinal of a day, or of the day of a moment in a zone; raises ValueError."""
    return day_of_instant(parse_instant(text), zone) if is_instant(text) else parse_day(text)


@lru_cache(maxsize=16_384)
def day_text(day: int) -> str:
    """Formats an ordinal as `2025-01-31`."""
    return date.fromordinal(day).isoformat()


def instant_text(seconds: int, zone: str) -> str:
    """Formats seconds since 1970 UTC as `2025-01-31T09:30:00+01:00`, in a zone."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.astimezone(zone_of(zone)).isoformat()


def day_of_instant(seconds: int, zone: str) -> int:
    """The ordinal of the day on which an instant falls in a zone."""
    if zone == "UTC":
        return _EPOCH + seconds // DAY
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.astimezone(zone_of(zone)).date().toordinal()


@lru_cache(maxsize=4096)
def end_of_day(day: int, zone: str) -> int:
    """The last second of a day in a zone."""
    following = datetime.combine(date.fromordinal(day + 1), datetime.min.time(), zone_of(zone))
    return int(following.timestamp()) - 1


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """Returns the IANA time zone; raises ValueError with a sentence.

    It is read from the package `tzdata`, whose version is known, and never from the machine, so
    that all servers decide alike and a decision can be derived again elsewhere.
    """
    if name not in _zones():
        raise ValueError(f"`{name[:60]}` is not a time zone; write one such as `America/Chicago`.")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    names = files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return frozenset(names) - {"Factory"}


def known_region(region: str) -> bool:
    """Returns whether the holidays of a country (`US`) or of a part of one (`DE-BY`) are known."""
    with suppress(NotImplementedError):
        _holidays(region, 2025)
        return True
    return False


@lru_cache(maxsize=1024)
def _holidays(region: str, year: int) -> frozenset[int]:
    import holidays  # noqa: PLC0415 - slow to import, and few policies name a region

    country, _, part = region.partition("-")
    days: Iterable[date] = holidays.country_holidays(country, subdiv=part or None, years=year)
    return frozenset(day.toordinal() for day in days)


def _add_months(day: int, months: int) -> int:
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last)).toordinal()


def _within_years(day: date, text: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"`{text[:60]}` is outside the years {FIRST_YEAR} to {LAST_YEAR}.")
    return day
