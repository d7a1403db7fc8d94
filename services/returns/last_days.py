"""Works out the last day on which each line of an order may be asked back, and until when it holds.

It is the day of the policy that governs a request made now of one unit, by what is on record; of
all return reasons the latest day is taken. What Takeback counts over several returns is left out.
Whether the goods would be accepted is another question, but for a line that no reason and no day
brings back, as a final sale. Such a line has none, nor has one that no policy governs, whose time
has not begun, that has no end, or of which nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from msgspec.structs import replace

from adapters.store.last_days import DaysFound
from adapters.store.orders import Family
from adapters.store.records import OrderLine
from engine.dates import zone_of
from engine.errors import RequestFault
from engine.policy.model import Policy
from engine.policy.register.mentions import names_used
from engine.policy.text import Map
from services.returns.cases import Case, Desk
from services.returns.facts import LineClaim

_OF_TODAY: Final = frozenset({"requested", "now", "pauses"})
"""Of what a policy speaks whose deadlines may be others tomorrow."""

_NEVER: Final = frozenset({"final_sale", "excluded_category", "reason_not_covered", "not_entitled"})
"""Refusals that another day would not change, nor anything else that is said of a return."""


def last_days(desk: Desk, family: Family) -> DaysFound:
    """Those of all lines of an order, as things stand now."""
    days: dict[str, str | None] = {}
    zones: set[str] = set()
    for line in family.lines:
        case = _case(desk, family, line)
        days[line.id] = _latest(desk, case) if case else None
        zones.update(_zones_of_today(desk, line, case))
    ends = [_midnight(desk.at, zone) for zone in zones]
    return DaysFound(lines=days, until=min(ends, default=None))


def _case(desk: Desk, family: Family, line: OrderLine) -> Case | None:
    """A request of one unit, whatever came back already; None where nothing governs it."""
    if not line.kept:
        return None
    try:
        found = desk.governed(LineClaim(), family, replace(line, returned=0))
    except RequestFault:  # terms that do not fit the policy, dates that nobody can read
        return None
    return found if isinstance(found, Case) else None


def _latest(desk: Desk, case: Case) -> str | None:
    decided = [decision for _, decision in desk.by_reason(case)]
    may = (each.last_day for each in decided if each.answer != "refuse" or each.code not in _NEVER)
    return max((day for day in may if day), default=None)


def _zones_of_today(desk: Desk, line: OrderLine, case: Case | None) -> Iterator[str]:
    """Where a new day may bring another edition or another deadline, by the zone that counts it."""
    dates = {**line.order.dates, **line.dates}
    for each in desk.candidates(line):
        if each.applies_by == "requested" or each.applies_by not in dates:
            yield each.time_zone
    if case and _hangs_on_today(case.policy):
        yield case.policy.time_zone


def _hangs_on_today(policy: Policy) -> bool:
    """Whether it speaks of today, or of other deadlines, whose states a day changes."""
    deadlines = policy.tree.get("deadlines")
    many = isinstance(deadlines, Map) and len(deadlines.entries) > 1
    return many or not _OF_TODAY.isdisjoint(names_used(policy))


def _midnight(at: datetime, zone: str) -> datetime:
    """When the next day begins in a time zone."""
    there = zone_of(zone)
    tomorrow = at.astimezone(there).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), there).astimezone(UTC)
