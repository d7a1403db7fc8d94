"""Undoes arrivals and inspections by an entry with author, time and reason; deletes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from adapters.store.connection.rows import Row
from adapters.store.ids import new_id
from adapters.store.returns import reading
from adapters.store.returns.held import HeldReturns
from adapters.store.returns.tables import ReturnTables
from adapters.store.returns.wholes import Whole
from adapters.store.timestamps import kept, written
from engine.returns.outcome import LineOutcome


class Corrections:
    """Every call runs inside a session of the store, for locked and checked rows."""

    def __init__(
        self, held: HeldReturns, tables: ReturnTables, now: Callable[[], datetime]
    ) -> None:
        self._held = held
        self._tables = tables
        self._now = now

    def undo_arrivals(
        self, return_: str | None, arrivals: Collection[str], by: str, why: str
    ) -> None:
        """Undoes arrivals without inspections: their lines expect these units again.

        Units of a parcel without a return belong to no line.
        """
        if return_ is None:
            undone = self._apart(by, why)
            for key in arrivals:
                self._tables.ReceiptLine[key].undone = undone
            return
        whole, said = self._held.of(return_), self._undone(by, why)
        for row in [each for each in whole.arrivals if each["id"] in arrivals]:
            row.update(said)
            if line := _line(whole, row):
                line["received"] -= row["units"]
                _accept(line, reading.outcome(line), row["units"])
        self._held.changed(whole)

    def undo_inspection(self, return_: str | None, inspection: str, by: str, why: str) -> None:
        """Undoes an inspection: its units wait for another one, in their arrival."""
        if return_ is None:
            found = self._tables.Inspection[inspection]
            found.undone = self._apart(by, why)
            found.arrival.inspected -= found.units
            return
        whole = self._held.of(return_)
        row = next(each for each in whole.inspections if each["id"] == inspection)
        row.update(self._undone(by, why))
        arrival = next(each for each in whole.arrivals if each["id"] == row["arrival"])
        arrival["inspected"] -= row["units"]
        if line := _line(whole, row):
            line["inspected"] -= row["units"]
            _accept(line, reading.outcome(row), row["units"])
        self._held.changed(whole)

    def _undone(self, by: str, why: str) -> dict[str, str]:
        """Makes an entry, and returns it as columns of the rows that it undoes."""
        key, at = new_id(), written(self._now())
        self._held.undo(Row({"id": key, "at": at, "by": by, "why": why}, new=True))
        return {"undone": key, "undone_at": at, "undone_by": by, "undone_why": why}

    def _apart(self, by: str, why: str) -> Any:
        return self._tables.Undone(id=new_id(), at=kept(self._now()), by=by, why=why)


def _line(whole: Whole, row: Row) -> Row | None:
    return next((each for each in whole.lines if each["id"] == row["line"]), None)


def _accept(line: Row, outcome: LineOutcome | None, units: int) -> None:
    """Takes units off the line's refused ones, if they were refused."""
    if outcome is not None and outcome.answer == "refuse":
        line["refused"] = max(0, line["refused"] - units)
