"""Keeps what arrived, counted, and what was found of it, apart from what we think of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pony.orm import Database

from adapters.store.moments import kept
from adapters.store.partners import new_id
from adapters.store.place.own import Own
from adapters.store.place.own import reading as reading_of
from adapters.store.returns import reading
from adapters.store.returns.arrived import Arrival, Counted, Found, Inspection
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import select
from engine.returns.outcome import Outcome


@dataclass(slots=True)
class _Known:
    """Of one session: what arrived and what was found, by return, as it was read."""

    arrivals: dict[str, list[Any]] = field(default_factory=dict)
    inspections: dict[str, list[Any]] = field(default_factory=dict)


class Arrivals:
    """Every call runs inside a session of the store, for a return that is held."""

    def __init__(
        self, database: Database, tables: ReturnTables, now: Callable[[], datetime]
    ) -> None:
        self._tables = tables
        self._now = now
        self._own = Own(database, _Known)

    def receive(self, return_: str, counted: Sequence[Counted], by: str) -> tuple[Arrival, ...]:
        """One delivery; raises nothing, since counts were checked."""
        known = self._arrived(return_)
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
                    place=len(rows),
                    line=line,
                    sku=each.sku,
                    location=each.location,
                    units=each.units,
                )
            )
        known += rows
        return tuple(map(reading.arrival, rows))

    def inspect(
        self, return_: str | None, found: Sequence[Found], by: str
    ) -> tuple[Inspection, ...]:
        """What was found of units that had arrived; of a parcel that has no return, without one."""
        place = self._next_place(return_, [each.arrival for each in found])
        known = self._inspected(return_) if return_ is not None else []
        rows: list[Any] = []
        for each in found:
            line = self._tables.ReturnLine[each.line] if each.line else None
            arrival = self._tables.ReceiptLine[each.arrival]
            if line:
                line.inspected += each.units
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
        known += rows
        return tuple(map(reading.inspection, rows))

    def forget(self, return_: str) -> None:
        """What is known of a return in this session is read anew: a parcel was tied to it."""
        self._own.here().arrivals.pop(return_, None)
        self._own.here().inspections.pop(return_, None)

    def _arrived(self, return_: str) -> list[Any]:
        """Read once in a session, as only what this one adds comes to a return that is held."""
        known = self._own.here().arrivals
        if return_ not in known:
            rows, receipts = self._tables.ReceiptLine, self._tables.Receipt
            with reading_of(rows, receipts):
                known[return_] = list(select(a for a in rows if a.receipt.part_of.id == return_))
        return known[return_]

    def _inspected(self, return_: str) -> list[Any]:
        known = self._own.here().inspections
        if return_ not in known:
            rows = self._tables.Inspection
            with reading_of(rows):
                found = select(i for i in rows if i.part_of.id == return_)
                known[return_] = list(found.order_by(lambda i: i.place))
        return known[return_]

    def _next_place(self, return_: str | None, arrivals: Sequence[str]) -> int:
        """Inspections are numbered by return, or by parcel where there is none."""
        if return_ is not None:
            return len(self.inspected_ever(return_))
        receipts = {self._tables.ReceiptLine[key].receipt for key in arrivals}
        return sum(len(line.inspections) for receipt in receipts for line in receipt.lines)

    def settle(self, inspection: str, outcome: Outcome) -> None:
        """What holds of inspected units; those that are refused are counted on their line."""
        row = self._tables.Inspection[inspection]
        before = bool(row.outcome) and row.outcome["answer"] == "refuse"
        change = (outcome.answer == "refuse") - before
        row.outcome = reading.kept_outcome(outcome)
        if row.line and change:
            row.line.refused = max(0, row.line.refused + change * row.units)

    def of(self, return_: str) -> tuple[Arrival, ...]:
        """All that arrived of a return, in the order it came; without what was undone."""
        return tuple(each for each in self.ever(return_) if each.undone is None)

    def ever(self, return_: str) -> tuple[Arrival, ...]:
        """All that was ever counted of a return, in the order it came."""
        return tuple(sorted(map(reading.arrival, self._arrived(return_)), key=reading.in_order))

    def inspections(self, return_: str) -> tuple[Inspection, ...]:
        """All that was found of a return, in order; without what was undone."""
        return tuple(each for each in self.inspected_ever(return_) if each.undone is None)

    def inspected_ever(self, return_: str) -> tuple[Inspection, ...]:
        """All that was ever found of a return, in order."""
        return tuple(map(reading.inspection, self._inspected(return_)))
