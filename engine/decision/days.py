"""Parses the dates of a request, and remembers them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from engine.dates import day_of_instant, is_instant, parse_day, parse_instant
from engine.decision.encoding import ABSENT, UNKNOWN

_MOST_DATES: Final = 16_384


class Days(dict[str | None, tuple[int, int]]):
    """Day (an ordinal) and moment (seconds since 1970 UTC) of each date, by its text.

    The moment of a date without a time is `UNKNOWN`. Raises `ValueError` for text that is no date.
    """

    def __init__(self, zone: str) -> None:
        self._zone = zone

    def __missing__(self, text: str | None) -> tuple[int, int]:
        if text is None:
            return ABSENT, ABSENT
        if is_instant(text):
            moment = parse_instant(text)
            found = day_of_instant(moment, self._zone), moment
        else:
            found = parse_day(text), UNKNOWN
        if len(self) >= _MOST_DATES:
            self.clear()
        self[text] = found
        return found


@lru_cache(maxsize=256)
def days_in(zone: str) -> Days:
    """Returns the parsed dates of a time zone, shared by all policies in it."""
    return Days(zone)
