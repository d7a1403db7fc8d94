"""How many days a step goes at least and at most."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from engine.dates import Unit
from engine.meaning.lowering.days import FromFirst, Later, Rolled

_CLOSED: Final = 400
"""More days in a row than any calendar has without a business day."""
_DAYS: Final = {
    Unit.BUSINESS_DAYS: (1, _CLOSED),
    Unit.MONTHS: (28, 31),
    Unit.YEARS: (365, 366),
}
"""The fewest and the most days of one unit."""
_AT_ONCE: Final = 1_024
"""Days from which a step is tried together."""
_MOST_DAYS: Final = 20 * _AT_ONCE
_MOST_COUNT: Final = 40
"""Business days that are counted one by one."""

Step = FromFirst | Later | Rolled
"""From a day to a day, from a later day never to an earlier one."""


def reach(step: object) -> tuple[int, int] | None:
    """The fewest and the most days that a step goes; None of what is no step of days."""
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
    """The same from the days of a range alone, as the calendar has them where that is short."""
    short = last - first <= _MOST_DAYS and _counted(step) <= _MOST_COUNT
    if not short or last < first:
        return reach(step) or (0, 0)
    parts = range(int(first) // _AT_ONCE, int(last) // _AT_ONCE + 1)
    each = [_reach_of(step, part) for part in parts]
    return min(near for near, _ in each), max(far for _, far in each)


def _counted(step: Step) -> int:
    """The business days that a step goes."""
    if isinstance(step, Later):
        return step.length.count if step.length.unit is Unit.BUSINESS_DAYS else 0
    return step.count if isinstance(step, FromFirst) else 1


@lru_cache(maxsize=4_096)
def _reach_of(step: Step, part: int) -> tuple[int, int]:
    """The fewest and the most days that a step goes from one of some days in a row."""
    goes = [step(day) - day for day in range(part * _AT_ONCE, (part + 1) * _AT_ONCE)]
    return min(goes), max(goes)
