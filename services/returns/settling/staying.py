"""Money that was paid for units and stays, since its supplier dropped the claim for it.

Those units count as paid: what is owed for them later is paid only beyond what stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.money import Rounding, divided
from services.returns.decision_service import DecisionService
from services.returns.settling.planning import LineDue

_LAST: Final = datetime.max.replace(tzinfo=UTC)


class SettledUnits(Struct, frozen=True, kw_only=True, gc=False):
    """Settled units of a line, what is owed for them (minor units), and when they arrived."""

    units: int
    share: int
    came: datetime | None


def with_what_stays(
    service: DecisionService, dues: Sequence[LineDue], settled: Mapping[str, Sequence[SettledUnits]]
) -> list[LineDue]:
    """Adds what stays to what is owed; stores it and how many units were ever settled."""
    found = []
    for due in dues:
        mine = settled.get(due.line.id, ())
        more = _more(due, mine)
        ever = max(due.line.ever_settled, sum(each.units for each in mine))
        service.store.returns.stays_more(due.line.id, more, ever)
        found.append(replace(due, owed=due.owed + more))
    return found


def _more(due: LineDue, settled: Sequence[SettledUnits]) -> int:
    """Returns what was paid for the first units of a line, less what is owed for them now."""
    line = due.line
    if not line.stays:
        return 0
    left, first = line.stays_units, 0
    for each in sorted(settled, key=lambda one: one.came or _LAST):
        part = min(left, each.units)
        left -= part
        first += divided(each.share * part, each.units, Rounding.HALF_UP)
    whole = sum(each.share for each in settled)
    of_these = due.owed - due.on_top
    if first != whole:
        of_these = divided(of_these * first, whole, Rounding.HALF_UP)
    return max(0, line.stays - of_these)
