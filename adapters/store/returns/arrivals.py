"""Stores the counted arrivals of a return and the inspections of their units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from adapters.store.connection.rows import Row
from adapters.store.ids import new_id
from adapters.store.returns import reading
from adapters.store.returns.arrived import Arrival, Counted, Found, Inspection
from adapters.store.returns.held import HeldReturns
from adapters.store.timestamps import written
from engine.returns.outcome import LineOutcome

_STANDS: Final = dict.fromkeys(("undone", "undone_at", "undone_by", "undone_why"))


class Arrivals:
    """Every call runs inside a session of the store, for a locked return."""

    def __init__(self, held: HeldReturns, now: Callable[[], datetime]) -> None:
        self._held = held
        self._now = now

    def receive(self, return_: str, counted: Sequence[Counted], by: str) -> tuple[Arrival, ...]:
        """Stores one delivery; the counts were checked before, so it raises nothing."""
        whole, at, key = self._held.of(return_), written(self._now()), new_id()
        whole.receipts.append(Row({"id": key, "part_of": return_, "at": at, "by": by}, new=True))
        rows = [
            _row(
                receipt=key,
                place=place,
                line=each.line,
                sku=each.sku,
                location=each.location,
                units=each.units,
                inspected=0,
                at=at,
            )
            for place, each in enumerate(counted)
        ]
        for row in rows:
            whole.add(row["line"], received=row["units"])
        whole.arrivals += rows
        self._held.changed(whole)
        return tuple(map(reading.arrival_of, rows))

    def inspect(self, return_: str, found: Sequence[Found], by: str) -> tuple[Inspection, ...]:
        """Stores inspections of arrived units, numbered within their return."""
        whole = self._held.of(return_)
        arrivals = {row["id"]: row for row in whole.arrivals}
        first, at = len(whole.inspections), written(self._now())
        rows = [
            _row(
                part_of=return_,
                place=first + place,
                line=each.line,
                arrival=each.arrival,
                units=each.units,
                disposition=str(each.disposition),
                found=reading.kept_json(dict(each.facts)),
                outcome=reading.NOTHING,
                at=at,
                by=by,
            )
            for place, each in enumerate(found)
        ]
        for row in rows:
            whole.add(row["line"], inspected=row["units"])
            arrivals[row["arrival"]]["inspected"] += row["units"]
        whole.inspections += rows
        self._held.changed(whole)
        return tuple(map(reading.inspection_of, rows))

    def forget(self, return_: str) -> None:
        """Reads a return again in this session, because a parcel was tied to it."""
        self._held.read(return_)

    def settle(self, return_: str, inspection: str, outcome: LineOutcome) -> None:
        """Sets the outcome of inspected units; refused units are counted on their line."""
        whole = self._held.of(return_)
        row = next(each for each in whole.inspections if each["id"] == inspection)
        before = reading.outcome(row)
        was = before is not None and before.answer == "refuse"
        change = (outcome.answer == "refuse") - was
        row["outcome"] = reading.kept_json(outcome)
        whole.add(row["line"], refused=change * row["units"])
        self._held.changed(whole)

    def of(self, return_: str) -> tuple[Arrival, ...]:
        """Arrivals of a return in the order they came, without undone ones."""
        return tuple(each for each in self.ever(return_) if each.undone is None)

    def ever(self, return_: str) -> tuple[Arrival, ...]:
        """All arrivals ever counted for a return, in the order they came."""
        found = map(reading.arrival_of, self._held.of(return_).arrivals)
        return tuple(sorted(found, key=reading.in_order))

    def inspections(self, return_: str) -> tuple[Inspection, ...]:
        """Inspections of a return in order, without undone ones."""
        return tuple(each for each in self.inspected_ever(return_) if each.undone is None)

    def inspected_ever(self, return_: str) -> tuple[Inspection, ...]:
        """All inspections of a return, in order."""
        return tuple(map(reading.inspection_of, self._held.of(return_).inspections))


def _row(**values: Any) -> Row:
    return Row({"id": new_id(), **values, **_STANDS}, new=True)
