"""Counters that Takeback reads from its own returns: what they count, for whom, over which days.

Knows words and days; where returns are kept and how they are added up is for others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from engine.dates import Calendar, Length, Unit, add_length


class Counted(StrEnum):
    """What a counter adds up."""

    RETURNED_VALUE = "returned_value"
    RETURNED_UNITS = "returned_units"
    RETURNS = "returns"
    EXCHANGES = "exchanges"


class Per(StrEnum):
    """Whose returns a counter adds up, within one partnership."""

    ORDER = "order"
    LINE = "line"
    SKU = "sku"
    RETAILER = "retailer"


class Span(StrEnum):
    """Times that are no length counted back from a day."""

    CALENDAR_YEAR = "calendar year"
    LIFETIME = "lifetime"


UNITS: Final = (Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
"""What a length of a counter may be written in."""
_PLAIN: Final = Calendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A number that nobody tells: read from the returns of one partnership."""

    of: Counted
    per: Per
    over: Length | Span

    def days(self, day: int) -> tuple[int | None, int | None]:
        """The first and the last day that count for a request of a day; None has no end.

        A length ends with the day of the request: 1 day is that day, 12 months from 2025-06-15
        begin on 2024-06-16.
        """
        if isinstance(self.over, Length):
            return add_length(day, self.over, _PLAIN, -1) + 1, None
        if self.over is Span.LIFETIME:
            return None, None
        year = date.fromordinal(day).year
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
