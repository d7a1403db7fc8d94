"""Undoes what was counted or found by an entry that says who, when and why; nothing is removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from adapters.store.moments import kept
from adapters.store.partners import new_id
from adapters.store.returns.tables import ReturnTables


class Corrections:
    """Every call runs inside a session of the store, for a return that is held and was checked."""

    def __init__(self, tables: ReturnTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def undo_arrivals(self, arrivals: Sequence[str], by: str, why: str) -> None:
        """Units that nobody looked at did not come: their lines wait for them again."""
        undone = self._undone(by, why)
        for key in arrivals:
            row = self._tables.ReceiptLine[key]
            row.undone = undone
            if row.line:
                row.line.received -= row.units
                _accept(row.line, row.line.outcome, row.units)

    def undo_inspection(self, inspection: str, by: str, why: str) -> None:
        """Units wait to be looked at again, in the arrival that they are of."""
        row = self._tables.Inspection[inspection]
        row.undone = self._undone(by, why)
        row.arrival.inspected -= row.units
        if row.line:
            row.line.inspected -= row.units
            _accept(row.line, row.outcome, row.units)

    def _undone(self, by: str, why: str) -> Any:
        return self._tables.Undone(id=new_id(), at=kept(self._now()), by=by, why=why)


def _accept(line: Any, outcome: Any, units: int) -> None:
    """Units that were refused are not refused any more."""
    if outcome and outcome["answer"] == "refuse":
        line.refused = max(0, line.refused - units)
