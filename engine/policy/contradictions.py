"""Finds what a policy cannot mean: seasons that end before they start, deadlines that never run.

Only what is wrong in every case is a fault here; the checks before publishing analyse all cases.
"""

from __future__ import annotations

from typing import Final

from engine.dates import day_text, surely_longer
from engine.policy.context import Context
from engine.policy.model import All, Clock, Condition, Leaf, Op, Policy, Row, Table

_LIFE: Final = (
    "ordered",
    "invoiced",
    "shipped",
    "fulfilled",
    "delivered",
    "requested",
    "rma_issued",
    "label_received",
    "shipped_back",
    "received_back",
)
"""Dates that come in this order in the life of every return."""


def check_across(policy: Policy, ctx: Context) -> None:
    """Checks rows and deadlines against each other."""
    for table in policy.deadlines:
        for row in table.rows:
            _check_season(row, ctx)
    for index, later in enumerate(policy.deadlines):
        for earlier in policy.deadlines[:index]:
            _check_chain(earlier, later, ctx)
    _check_legs(policy, ctx)


def _check_season(row: Row, ctx: Context) -> None:
    """Adds a fault if a fixed last day lies before the first day on which the row can apply."""
    clock = row.body
    if not isinstance(clock, Clock) or clock.until is None or clock.event not in _LIFE:
        return
    first = max((_first_day(leaf, clock.event) for leaf in _always(row.when)), default=0)
    if first > clock.until:
        last, start = day_text(clock.until), day_text(first)
        said = f"`{row.id}` ends on {last}, before it can begin on {start}."
        ctx.fault("reversed", row.source, said)


def _first_day(leaf: Leaf, event: str) -> int:
    """Returns the first day on which a test lets an event happen; 0 if it sets none."""
    if leaf.fact not in _LIFE or _LIFE.index(leaf.fact) > _LIFE.index(event):
        return 0
    return {Op.AT_LEAST: leaf.number, Op.OVER: leaf.number + 1}.get(leaf.op, 0)


def _check_chain(earlier: Table, later: Table, ctx: Context) -> None:
    """Adds a fault if the second of two deadlines is over before the first one opens."""
    one, other = _only_clock(earlier), _only_clock(later)
    if one is None or other is None or one.opens is None or other.within is None:
        return
    if one.event not in _LIFE or other.event not in _LIFE or one.opens.ahead:
        return
    in_order = _LIFE.index(one.event) < _LIFE.index(other.event)
    same_start = one.opens.start == other.start
    if in_order and same_start and surely_longer(one.opens.length, other.within):
        said = (
            f"`{later.name}` is over after {other.within}, before `{earlier.name}` "
            f"opens after {one.opens.length}."
        )
        ctx.fault("reversed", later.source, said)


def _check_legs(policy: Policy, ctx: Context) -> None:
    seen: set[str | None] = set()
    for table in policy.remedies:
        if table.part in seen:
            said = f"`remedies` names the party `{table.part}` twice, by its name and by its role."
            ctx.fault("written_twice", table.source, said)
        seen.add(table.part)


def _only_clock(table: Table) -> Clock | None:
    """Returns the clock of a table that has only one, if nothing in it could make it longer."""
    body = table.rows[0].body if len(table.rows) == 1 else None
    if not isinstance(body, Clock) or body.readings:
        return None
    return None if body.extended_by or body.pauses or body.roll else body


def _always(condition: Condition) -> list[Leaf]:
    """Returns the tests that hold whenever a condition holds."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return [part for part in parts if isinstance(part, Leaf)]
