"""The deadlines of a decision as a corpus case speaks of them: start, length, event and ends.

A clock that can be read in several ways counts as one deadline per reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from givens import fact_of

from engine.dates import (
    Length,
    Unit,
    day_of_instant,
    day_text,
    instant_text,
    is_instant,
    parse_day,
    parse_instant,
    parse_length,
)
from engine.decision.encoding import UNKNOWN
from engine.decision.figures.clocks import ClockReader, Standing
from engine.decision.record import Decision
from engine.decision.slots import Slots
from engine.policy.model import Clock, Policy
from engine.policy.vocabulary import FactType

COUNTING: Final = {
    "day_after_anchor_is_day_1": {"next_day"},
    "anchor_day_is_day_1": {"start_day_is_first"},
    "same_clock_or_calendar_position": {"next_day"},
}
UNITS: Final = {"day_24h": "clock day", "business_day": "business day"}
EVENTS: Final = {
    "partner_reply": {"partner_replied"},
    "request": {"requested", "request_sent", "request_received"},
    "rma_obtained": {"rma_issued"},
    "seller_marks_received": {"seller_acted"},
    "seller_processes": {"seller_acted"},
    "supplier_ships_replacement": {"shipped", "seller_acted", "replacement_shipped"},
}
"""Which facts an event of the corpus may be; others have the name of their fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One deadline, or one reading of one."""

    name: str
    event: str
    counted_from: str | None
    length: str | None
    counting: str | None
    opens: tuple[str, tuple[str, ...]] | None
    first_day: str | None
    last_day: str | None
    last_moment: str | None

    def __str__(self) -> str:
        count = f"{self.length} from {self.counted_from}" if self.length else "no length"
        last = self.last_moment or self.last_day or "no end"
        first = f"{self.counting}, first {self.first_day}"
        return f"{self.name} ({self.event}): {count}, {first}, last {last}"


def ends_of(decision: Decision, policy: Policy, facts: Mapping[str, Any]) -> list[End]:
    """Every deadline of a decision."""
    clocks = {row.id: row.body for table in policy.deadlines for row in table.rows}
    found: list[End] = []
    for each in decision.deadlines:
        clock = clocks.get(each.row)
        opens = _opens(clock) if isinstance(clock, Clock) else None
        found.append(
            End(
                name=each.name,
                event=each.event,
                counted_from=each.counted_from,
                length=each.length,
                counting=each.counting,
                opens=opens,
                first_day=each.first_day,
                last_day=each.last_day,
                last_moment=each.last_moment,
            )
        )
        if isinstance(clock, Clock):
            found += _readings(each.name, clock, policy, facts)
    return found


def fits_window(end: End, window: Mapping[str, Any]) -> bool:
    """Whether a deadline counts as a `window` of the corpus says."""
    if "anchor" in window and end.counted_from != fact_of(window["anchor"]):
        return False
    if "length" in window and not any(_equal(end.length, each) for each in _lengths(window)):
        return False
    counting = COUNTING.get(window.get("counting", ""))
    return counting is None or end.counting in counting


def fits_opening(end: End, window: Mapping[str, Any]) -> bool:
    """Whether a deadline opens as a `min_window` of the corpus says."""
    if end.opens is None or not _equal(end.opens[0], length_of(window)):
        return False
    return "anchor" not in window or fact_of(window["anchor"]) in end.opens[1]


def fits_event(end: End, event: str) -> bool:
    """Whether a deadline is about an event of the corpus."""
    return end.event in EVENTS.get(event, {event})


def fits_moment(end: End, moment: Any) -> bool:
    """Whether a deadline ends at an instant."""
    return end.last_moment is not None and parse_instant(end.last_moment) == parse_instant(
        str(moment)
    )


def length_of(window: Mapping[str, Any]) -> str:
    """`30 days` for a length and a unit of the corpus."""
    unit = str(window.get("unit", "day"))
    return f"{window['length']} {UNITS.get(unit, unit)}s"


def _lengths(window: Mapping[str, Any]) -> tuple[str, ...]:
    """The length, and in 24-hour days too where it starts at a bare date: the end is the same."""
    written = length_of(window)
    if window.get("unit", "day") == "day" and str(window.get("anchor", "")).endswith("_date"):
        return written, f"{window['length']} clock days"
    return (written,)


def _equal(one: str | None, other: str) -> bool:
    return one is not None and _size(parse_length(one)) == _size(parse_length(other))


def _size(length: Length) -> tuple[str, int]:
    for units, name, factor in (
        ((Unit.YEARS,), "months", 12),
        ((Unit.WEEKS,), "days", 7),
        ((Unit.CLOCK_DAYS,), "hours", 24),
    ):
        if length.unit in units:
            return name, length.count * factor
    return str(length.unit), length.count


def _opens(clock: Clock) -> tuple[str, tuple[str, ...]] | None:
    if clock.opens is None:
        return None
    return str(clock.opens.length), tuple(entry.fact for entry in clock.opens.start.dates)


# --- readings of one clock ------------------------------------------------------------------------


def _readings(name: str, clock: Clock, policy: Policy, facts: Mapping[str, Any]) -> list[End]:
    slots = Slots(policy)
    readers = [(each.id, ClockReader(each.clock, slots)) for each in clock.readings]
    values = _dates(slots, policy, facts)
    return [_reading(f"{name}.{key}", reader.stand(values), policy) for key, reader in readers]


def _dates(slots: Slots, policy: Policy, facts: Mapping[str, Any]) -> list[int]:
    """The dates that were sent, by slot; what else follows from them, as the engine has it."""
    values = [UNKNOWN] * len(slots.numbers)
    sent = {"request_sent": facts.get("requested"), "now": facts.get("requested"), **facts}
    for name, value in sent.items():
        fact = policy.facts.get(name)
        if fact is not None and fact.type is FactType.DATE and isinstance(value, str):
            moment = parse_instant(value) if is_instant(value) else None
            day = parse_day(value) if moment is None else day_of_instant(moment, policy.time_zone)
            values[slots.slot(name)] = day
            values[slots.slot(f"{name}@")] = UNKNOWN if moment is None else moment
    return values


def _reading(name: str, stands: Standing, policy: Policy) -> End:
    clock = stands.clock
    moment, first, last = stands.last_moment, stands.first_day, stands.last_day
    counting = "start_day_is_first" if clock.start_day_is_first else "next_day"
    return End(
        name=name,
        event=clock.event,
        counted_from=stands.start_fact,
        length=str(clock.within) if clock.within else None,
        counting=counting if clock.within else None,
        opens=_opens(clock),
        first_day=None if first is None else day_text(first),
        last_day=None if last is None else day_text(last),
        last_moment=None if moment is None else instant_text(moment, policy.time_zone),
    )
