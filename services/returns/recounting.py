"""Counts anew for refused lines, which hold no units, when they are decided again.

A line that holds its units keeps the number it was decided by, since all later lines counted it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from adapters.store.returns.records import Return, ReturnLine
from engine.dates import zone_of
from services.returns.cases import Desk
from services.returns.counting import Asked, counted
from services.returns.deals import Deal


def holds_units(line: ReturnLine) -> bool:
    """Whether a line has all its units reserved, so that no other return can have taken them."""
    return line.outcome.answer != "refuse" and line.reserved >= line.quantity


def recounted(
    desk: Desk, found: Return, lines: Sequence[ReturnLine], deals: Sequence[Deal]
) -> list[Deal]:
    """Returns the deals with present counts, under the lock of their partnership if one counts."""
    marked = [
        replace(deal, held=holds_units(line)) for line, deal in zip(lines, deals, strict=True)
    ]
    if any(_counts(deal) for deal in marked):
        desk.hold_partnerships({(found.supplier, found.retailer)})
    pairs = list(zip(lines, marked, strict=True))
    return [_counted(desk, found, pairs, deal) for deal in marked]


def _counts(deal: Deal) -> bool:
    return not deal.held and deal.policy is not None and bool(deal.policy.counters)


def _counted(
    desk: Desk, found: Return, pairs: Sequence[tuple[ReturnLine, Deal]], deal: Deal
) -> Deal:
    """Returns a deal with its counts, without lines of its policy, decided with it."""
    if deal.policy is None or not _counts(deal):
        return deal
    _, line = desk.ordered(deal.order_line)
    asked = Asked(
        line=line,
        day=found.requested_at.astimezone(zone_of(deal.policy.time_zone)).date(),
        but_return=found.id,
        but_lines=tuple(each.id for each, other in pairs if other.applied == deal.applied),
    )
    found_now = counted(desk.store, deal.policy, asked)
    told = (*deal.told, desk.clocked(*found_now))
    return replace(deal, given={**deal.given, **found_now}, told=told)
