"""Computes the last day to return each line of an order, and until when that answer holds.

It is the last day by the policy that governs a request made now for one unit, by the recorded
facts; of all return reasons the latest day counts. Facts that Takeback counts over several returns
are left out. Whether the goods would be accepted is another question, except for lines that no
reason and no day brings back, such as a final sale. Such a line has no last day; nor has one that
no policy governs, whose window has not begun, that has no time limit, or of which no unit is left.
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
from services.returns.decision_service import Case, DecisionService
from services.returns.facts import LineClaim

_OF_TODAY: Final = frozenset({"requested", "now", "pauses"})
"""Facts of a policy that make its deadlines change from one day to the next."""

_NEVER: Final = frozenset({"final_sale", "excluded_category", "reason_not_covered", "not_entitled"})
"""Refusals that no other day and no other fact of a return would change."""


def last_days(service: DecisionService, family: Family) -> DaysFound:
    """Returns the last days of all lines of an order as of now."""
    days: dict[str, str | None] = {}
    zones: set[str] = set()
    for line in family.lines:
        case = _case(service, family, line)
        days[line.id] = _latest(service, case) if case else None
        zones.update(_zones_of_today(service, line, case))
    ends = [_midnight(service.at, zone) for zone in zones]
    return DaysFound(lines=days, until=min(ends, default=None))


def _case(service: DecisionService, family: Family, line: OrderLine) -> Case | None:
    """Returns the case of one unit, ignoring earlier returns; None if nothing governs it."""
    if not line.kept:
        return None
    try:
        found = service.governed(LineClaim(), family, replace(line, returned=0))
    except RequestFault:  # terms that do not fit the policy, or unreadable dates
        return None
    return found if isinstance(found, Case) else None


def _latest(service: DecisionService, case: Case) -> str | None:
    decided = [decision for _, decision in service.by_reason(case)]
    may = (each.last_day for each in decided if each.answer != "refuse" or each.code not in _NEVER)
    return max((day for day in may if day), default=None)


def _zones_of_today(service: DecisionService, line: OrderLine, case: Case | None) -> Iterator[str]:
    """Yields the time zones whose next midnight may bring another edition or deadline."""
    dates = {**line.order.dates, **line.dates}
    for each in service.candidates(line):
        if each.applies_by == "requested" or each.applies_by not in dates:
            yield each.time_zone
    if case and _hangs_on_today(case.policy):
        yield case.policy.time_zone


def _hangs_on_today(policy: Policy) -> bool:
    """Whether a policy uses today's date, or several deadlines, whose states a day may change."""
    deadlines = policy.tree.get("deadlines")
    many = isinstance(deadlines, Map) and len(deadlines.entries) > 1
    return many or not _OF_TODAY.isdisjoint(names_used(policy))


def _midnight(at: datetime, zone: str) -> datetime:
    """Returns the start of the next day in a time zone."""
    there = zone_of(zone)
    tomorrow = at.astimezone(there).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), there).astimezone(UTC)
