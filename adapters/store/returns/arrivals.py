"""Keeps what arrived, counted, and what was found of it, apart from what we think of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from adapters.store.moments import kept
from adapters.store.partners import new_id
from adapters.store.returns import reading
from adapters.store.returns.records import Arrival, Counted, Found, Inspection
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import select
from engine.returns.outcome import Outcome


class Arrivals:
    """Every call runs inside a session of the store, for a return that is held."""

    def __init__(self, tables: ReturnTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def receive(self, return_: str, counted: Sequence[Counted], by: str) -> tuple[Arrival, ...]:
        """One delivery; raises nothing, since counts were checked."""
        receipt = self._tables.Receipt(id=new_id(), part_of=return_, at=kept(self._now()), by=by)
        rows: list[Any] = []
        for each in counted:
            line = self._tables.ReturnLine[each.line] if each.line else None
            if line:
                line.received += each.units
            rows.append(
                self._tables.ReceiptLine(
                    id=new_id(),
                    receipt=receipt,
                    line=line,
                    sku=each.sku,
                    location=each.location,
                    units=each.units,
                )
            )
        return tuple(map(reading.arrival, rows))

    def inspect(self, return_: str, found: Sequence[Found], by: str) -> tuple[Inspection, ...]:
        """What was found of units that had arrived."""
        place = len(self.inspections(return_))
        rows: list[Any] = []
        for each in found:
            line = self._tables.ReturnLine[each.line] if each.line else None
            arrival = self._tables.ReceiptLine[each.arrival] if each.arrival else None
            if line:
                line.inspected += each.units
            if arrival:
                arrival.inspected += each.units
            rows.append(
                self._tables.Inspection(
                    id=new_id(),
                    part_of=return_,
                    place=place + len(rows),
                    line=line,
                    arrival=arrival,
                    units=each.units,
                    disposition=each.disposition,
                    found=dict(each.facts),
                    at=kept(self._now()),
                    by=by,
                )
            )
        return tuple(map(reading.inspection, rows))

    def settle(self, inspection: str, outcome: Outcome) -> None:
        """What holds of inspected units; those that are refused are counted on their line."""
        row = self._tables.Inspection[inspection]
        before = bool(row.outcome) and row.outcome["answer"] == "refuse"
        change = (outcome.answer == "refuse") - before
        row.outcome = reading.kept_outcome(outcome)
        if row.line and change:
            row.line.refused = max(0, row.line.refused + change * row.units)

    def of(self, return_: str) -> tuple[Arrival, ...]:
        """All that arrived of a return, in order."""
        rows = self._tables.ReceiptLine
        found = list(select(a for a in rows if a.receipt.part_of.id == return_))
        return tuple(sorted(map(reading.arrival, found), key=lambda each: (each.at, each.id)))

    def inspections(self, return_: str) -> tuple[Inspection, ...]:
        """All that was found of a return, in order."""
        rows = self._tables.Inspection
        found = select(i for i in rows if i.part_of.id == return_).order_by(lambda i: i.place)
        return tuple(map(reading.inspection, found))
