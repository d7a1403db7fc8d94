"""Counts anew for refused lines, which hold no units, when they are decided again.

A line that holds its units keeps the number it was decided by, since all later lines counted it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from adapters.store.returns.records import Return, ReturnLine
from engine.dates import zone_of
from services.returns.counting import Asked, counted
from services.returns.decision_service import DecisionService
from services.returns.line_decisions import LineCase


def holds_units(line: ReturnLine) -> bool:
    """Whether a line has all its units reserved, so that no other return can have taken them."""
    return line.outcome.answer != "refuse" and line.reserved >= line.quantity


def recounted(
    service: DecisionService,
    found: Return,
    lines: Sequence[ReturnLine],
    line_cases: Sequence[LineCase],
) -> list[LineCase]:
    """Returns the deals with present counts, under the lock of their partnership if one counts."""
    marked = [
        replace(line_case, held=holds_units(line))
        for line, line_case in zip(lines, line_cases, strict=True)
    ]
    if any(_counts(line_case) for line_case in marked):
        service.hold_partnerships({(found.supplier, found.retailer)})
    pairs = list(zip(lines, marked, strict=True))
    return [_counted(service, found, pairs, line_case) for line_case in marked]


def _counts(line_case: LineCase) -> bool:
    return not line_case.held and line_case.policy is not None and bool(line_case.policy.counters)


def _counted(
    service: DecisionService,
    found: Return,
    pairs: Sequence[tuple[ReturnLine, LineCase]],
    line_case: LineCase,
) -> LineCase:
    """Returns a deal with its counts, without lines of its policy, decided with it."""
    if line_case.policy is None or not _counts(line_case):
        return line_case
    _, line = service.ordered(line_case.order_line)
    asked = Asked(
        line=line,
        day=found.requested_at.astimezone(zone_of(line_case.policy.time_zone)).date(),
        but_return=found.id,
        but_lines=tuple(each.id for each, other in pairs if other.applied == line_case.applied),
    )
    found_now = counted(service.store, line_case.policy, asked)
    told = (*line_case.told, service.clocked(*found_now))
    return replace(line_case, given={**line_case.given, **found_now}, told=told)
