"""The days of the figures: from the address, or else the last 30."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dashboard.address import Address
from dashboard.forms import as_day

USUAL: Final = 30
MOST: Final = 1_100
"""Days that the API counts at once."""
_CHOICES: Final = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "1 year"}
_DAILY, _WEEKLY = 31, 190


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A range of days, both included."""

    first: date
    last: date
    instead: bool = False
    """Whether the requested days were invalid and replaced."""

    @property
    def by(self) -> str:
        """The length of the periods to count by, chosen so that a chart has some 30 columns at
        most.
        """
        days = (self.last - self.first).days + 1
        return "DAY" if days <= _DAILY else "WEEK" if days <= _WEEKLY else "MONTH"

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of the figures' operations."""
        return {"from": str(self.first), "to": str(self.last), "by": self.by}

    def choices(self, today: date) -> list[tuple[str, str, bool]]:
        """Returns the usual periods: first day, label, and whether it is the chosen one."""
        found = []
        for days, words in _CHOICES.items():
            first = today - timedelta(days=int(days) - 1)
            found.append((str(first), words, self.last == today and self.first == first))
        return found


def period_of(address: Address, today: date) -> Period:
    """Reads the period of an address; ignores invalid days."""
    last = as_day(address["to"]) or today
    first = as_day(address["from"]) or last - timedelta(days=USUAL - 1)
    odd = any(address[name] and not as_day(address[name]) for name in ("from", "to"))
    if 0 <= (last - first).days < MOST:
        return Period(first=first, last=last, instead=odd)
    return Period(first=last - timedelta(days=USUAL - 1), last=last, instead=True)
