"""How many days a step goes at least and at most."""

from __future__ import annotations

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
