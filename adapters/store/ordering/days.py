"""The dates of an order: which may be given, and which contradict each other.

Dates are compared as days, in the time zone of the policy, as in the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from adapters.store.ordering.faults import OrderFault, fault
from engine.dates import day_in, is_instant, parse_day, parse_instant, zone_of
from engine.policy.faults import nearest
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import FactType

DATES: Final = tuple(name for name, fact in SENT.items() if fact.type is FactType.DATE)
_IN_ORDER: Final = (
    *(("ordered", event) for event in ("shipped", "departed", "fulfilled", "delivered")),
    *(("ordered", event) for event in ("first_delivered", "last_delivered")),
    *((event, "delivered") for event in ("shipped", "departed")),
    ("first_delivered", "last_delivered"),
)
"""Pairs of dates of which the first is never after the second."""


_HAPPENED: Final = (
    *("ordered", "invoiced", "shipped", "departed", "fulfilled"),
    *("delivered", "first_delivered", "last_delivered"),
)
"""Dates of events, which must not be in the future."""
_EARLIEST_ZONE: Final = "Pacific/Kiritimati"
"""The time zone where each day begins first: a later day is in the future everywhere."""


def future_faults(dates: Mapping[str, str], at: str, now: datetime) -> Iterator[OrderFault]:
    """Faults of event dates that are in the future in every time zone."""
    today = now.astimezone(zone_of(_EARLIEST_ZONE)).date().toordinal()
    for name in _HAPPENED:
        if name in dates and _day(dates[name]) > today:
            said = f"`{name}` ({dates[name]}) is still to come; say it when it has happened."
            yield fault("in_the_future", said, at, name)


def _day(text: str) -> int:
    """The ordinal of a day; 0 if it cannot be read, which is a fault of its own."""
    try:
        return day_in(text, _EARLIEST_ZONE)
    except (ValueError, OverflowError):
        return 0


def date_faults(
    own: Mapping[str, str], dates: Mapping[str, str], at: str, zones: tuple[str, ...]
) -> Iterator[OrderFault]:
    """Faults of `own` dates among all `dates` of an order or a line, in its time zones."""
    for name, text in own.items():
        if name not in DATES:
            yield fault(
                "unknown_date", f"There is no date `{name[:60]}`.{nearest(name, DATES)}", at, name
            )
            continue
        try:
            parse_instant(text) if is_instant(text) else parse_day(text)
        except ValueError as error:
            yield fault("wrong_date", str(error), at, name)
            return
    for before, after in _IN_ORDER:
        zone = _reversed_in(dates, before, after, zones)
        if (before in own or after in own) and zone is not None:
            yield fault(
                "dates_reversed",
                f"`{after}` ({dates[after]}) lies before `{before}` ({dates[before]}), by days in "
                f"the time zone `{zone}`.",
                at,
                after,
            )


def _reversed_in(
    dates: Mapping[str, str], before: str, after: str, zones: tuple[str, ...]
) -> str | None:
    """The first time zone in which the first date is a later day than the second, or None."""
    if before not in dates or after not in dates:
        return None
    return next((zone for zone in zones if _later(dates[before], dates[after], zone)), None)


def _later(one: str, other: str, zone: str) -> bool:
    """Compares two dates; False if one cannot be read, which is a fault of its own."""
    try:
        return day_in(one, zone) > day_in(other, zone)
    except (ValueError, OverflowError):
        return False
