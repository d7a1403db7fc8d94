"""Says what was compared, how much was found, and whether there can be more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.comparing.policies import PoliciesCompared
from engine.dates import day_text

_NAMES: Final = {
    "fee": "fees",
    "return_paid_by": "who pays the way back",
    "last_day": "last day",
}


def summary(found: PoliciesCompared) -> Iterator[str]:
    """What was compared, how much was found, and whether there can be more."""
    known = [name_of(each.field) for each in found.fields if each.proven]
    changes = found.changes
    shown = sum(change.example is not None for change in changes)
    if changes:
        yield f"{_changes(len(changes))}, {shown} shown by a return that both decided."
    elif found.proven:
        yield "No return of this kind is decided otherwise: this is proven."
    unknown = [name_of(each.field) for each in found.fields if not each.proven]
    if unknown:
        yield f"Too much to look at every case of: {', '.join(unknown)}. More may change there."
    if known and changes:
        yield f"Proven complete: {', '.join(known)}."
    yield (
        f"Compared: returns of one line, ordered from {day_text(found.first_day)} on, that say "
        f"{', '.join(found.facts)}; dates as days. Money, goods and the way back are compared "
        "where both accept."
    )


def name_of(field: str) -> str:
    """A field as people call it."""
    return _NAMES.get(field, field)


def _changes(count: int) -> str:
    return f"{count:,} change{'' if count == 1 else 's'}"
