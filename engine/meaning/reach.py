"""Bounds how many days a step moves a date."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from engine.dates import Calendar, Unit
from engine.meaning.lowering.days import FromFirst, Later, Rolled

_CLOSED: Final = 400
"""More days than any calendar has in a row without a business day."""
_DAYS: Final = {
    Unit.BUSINESS_DAYS: (1, _CLOSED),
    Unit.MONTHS: (28, 31),
    Unit.YEARS: (365, 366),
}
"""The fewest and the most days of one unit."""
_AT_ONCE: Final = 1_024
"""Days that are tried together as starts of a step."""
_MOST_BLOCKS: Final = 20
_MOST_DAYS: Final = _MOST_BLOCKS * _AT_ONCE
_MOST_CLOSED: Final = 500
_ANY: Final = 720
_MOST_COUNT: Final = 40
"""The most business days of a step that is tried day by day."""

Step = FromFirst | Later | Rolled
"""Steps from day to day; a later start never gives an earlier end."""


def reach(step: object) -> tuple[int, int] | None:
    """Returns the fewest and the most days that a step moves; None if it is no step of days."""
    if isinstance(step, Rolled):
        return 0, _CLOSED
    if isinstance(step, FromFirst):
        return step.count - 1 if step.count else -_CLOSED, _CLOSED * step.count
    if not isinstance(step, Later):
        return None
    fewest, most = _DAYS.get(step.length.unit, (0, 10**6))
    near, far = fewest * step.length.count, most * step.length.count
    return (near, far) if step.sign > 0 else (-far, -near)


def reach_from(step: Step, first: float, last: float) -> tuple[int, int]:
    """Returns the same for starts within a range; exact by the calendar if there are few kinds of
    days: the range is short, or every week is like the others but for some dates."""
    if last < first or _counted(step) > _MOST_COUNT:
        return reach(step) or (0, 0)
    parts: Iterable[int] = ()
    if last - first <= _MOST_DAYS:
        parts = range(int(first) // _AT_ONCE, int(last) // _AT_ONCE + 1)
    elif not isinstance(step, Later) or step.length.unit is Unit.BUSINESS_DAYS:
        parts = _unlike(step.calendar)
    if not parts:
        return reach(step) or (0, 0)
    each = [_reach_of(step, part) for part in parts]
    return min(near for near, _ in each), max(far for _, far in each)


@lru_cache(maxsize=256)
def _unlike(calendar: Calendar) -> tuple[int, ...]:
    """Returns the blocks of days that may differ from others, and one like all those; empty if
    they are too many. No step that is tried goes past more than the next block."""
    if calendar.region is not None or len(calendar.dates) > _MOST_CLOSED:
        return ()
    near = {day // _AT_ONCE + by for day in calendar.dates for by in (-1, 0, 1)}
    parts = (*sorted(near), max(near, default=_ANY) + 1)
    return parts if len(parts) <= _MOST_BLOCKS else ()


def _counted(step: Step) -> int:
    """Returns the business days that a step counts."""
    if isinstance(step, Later):
        return step.length.count if step.length.unit is Unit.BUSINESS_DAYS else 0
    return step.count if isinstance(step, FromFirst) else 1


@lru_cache(maxsize=4_096)
def _reach_of(step: Step, part: int) -> tuple[int, int]:
    """Returns the fewest and the most days that a step moves from the days of one block."""
    goes = [step(day) - day for day in range(part * _AT_ONCE, (part + 1) * _AT_ONCE)]
    return min(goes), max(goes)
