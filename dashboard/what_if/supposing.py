"""The hypothetical facts of a line, as held in an address; knows nothing of who decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from starlette.datastructures import FormData

from dashboard import doing, facts
from dashboard.forms import as_day, whole

SPAN: Final = 120
"""Days that a slider covers, from its first day."""
PLAIN: Final = ("reason", "condition", "packaging")
"""Facts asked for every line besides its dates; others only if a policy lacks them."""
DAYS: Final = ("requested", "delivered", "quantity")
"""Facts with fields of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """The hypothetical facts: days of request and delivery, units, and others.

    `past` is a day whose published policies are compared with today's.
    """

    today: date
    requested: date
    delivered: date | None
    quantity: int
    past: date | None
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def days(self) -> int | None:
        """Days from the delivery to the request."""
        return (self.requested - self.delivered).days if self.delivered else None

    def scenario(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the facts of the record, overridden by the hypothetical ones."""
        days = {"requested": self.requested.isoformat(), "quantity": self.quantity}
        if self.delivered:
            days["delivered"] = self.delivered.isoformat()
        kept = {name: value for name, value in known.items() if name not in _WORKED_OUT}
        return {**kept, **self.said, **days}


_WORKED_OUT: Final = ("now", "line_count")
"""Facts derived from others."""


def supposed(
    line: Mapping[str, Any], known: Sequence[Mapping[str, Any]], typed: FormData, today: date
) -> Supposed:
    """Reads the hypothetical facts of an address; raises `Refused` for an invalid value.

    A slider sends days after the delivery, by itself, which replace a typed day.
    """
    delivered = day_of(typed, "delivered") or recorded(line, "delivered")
    requested = day_of(typed, "requested") or today
    slid = doing.text(typed, "slid")
    if slid and delivered:
        requested = delivered + timedelta(days=whole(slid, "slid", SPAN))
    return Supposed(
        today=today,
        requested=requested,
        delivered=delivered,
        quantity=doing.count(typed, "quantity", "Units") or 1,
        past=day_of(typed, "past"),
        said=facts.read(known, typed, "fact-"),
    )


def day_of(typed: FormData, name: str) -> date | None:
    """Returns a typed date; None for none or an invalid one."""
    return as_day(doing.text(typed, name))


def recorded(line: Mapping[str, Any], name: str) -> date | None:
    """Returns a date of the line, or of its order."""
    for dates in (line["dates"], line["order"]["dates"]):
        for each in dates:
            if each["name"] == name and (found := as_day(each["on"][:10])):
                return found
    return None
