"""Stores parcels that came without a known return, and later ties them to one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from adapters.identity.principal import Kind, Principal
from adapters.store.ids import new_id
from adapters.store.returns import reading
from adapters.store.returns.arrived import (
    Belonging,
    Found,
    Inspection,
    NewParcel,
    ReceivedParcel,
)
from adapters.store.returns.held import HeldReturns
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import count, select
from adapters.store.timestamps import kept


class ReceivedParcels:
    """Every call runs inside a session of the store; changes need a locked parcel."""

    def __init__(
        self, held: HeldReturns, tables: ReturnTables, now: Callable[[], datetime]
    ) -> None:
        self._held = held
        self._tables = tables
        self._now = now

    def add(self, new: NewParcel, by: str) -> ReceivedParcel:
        """Stores a parcel; its units and locations were checked."""
        at = kept(self._now())
        receipt = self._tables.Receipt(id=new_id(), at=at, by=by)
        row = self._tables.ReceivedParcel(
            id=new_id(),
            supplier=new.supplier,
            receipt=receipt,
            note=new.note,
            tracking=new.tracking,
            at=at,
        )
        for place, each in enumerate(new.counted):
            self._tables.ReceiptLine(
                id=new_id(),
                receipt=receipt,
                place=place,
                sku=each.sku,
                location=each.location,
                units=each.units,
            )
        return reading.parcel(row)

    def held(self, key: str) -> ReceivedParcel | None:
        """Locks and returns a parcel, or None; unscoped: no tenant check."""
        row = self._tables.ReceivedParcel.get_for_update(id=key)
        return reading.parcel(row) if row else None

    def now(self, key: str) -> ReceivedParcel:
        """Returns a locked parcel's current state; raises LookupError."""
        return reading.parcel(self._tables.ReceivedParcel[key])

    def visible(self, principal: Principal, key: str) -> ReceivedParcel | None:
        """Returns one of the supplier's parcels, or None."""
        row = self._tables.ReceivedParcel.get(id=key)
        mine = row is not None and principal.kind is Kind.SUPPLIER
        return reading.parcel(row) if mine and row.supplier == principal.tenant else None

    def some(self, keys: Collection[str]) -> dict[str, ReceivedParcel]:
        """Parcels by key; unscoped: no tenant check."""
        rows, wanted = self._tables.ReceivedParcel, list(keys)
        found = select(p for p in rows if p.id in wanted) if wanted else ()
        return {row.id: reading.parcel(row) for row in found}

    def inspections(self, key: str) -> tuple[Inspection, ...]:
        """All inspections of a parcel's units, in order."""
        receipt = self._tables.ReceivedParcel[key].receipt
        rows = self._tables.Inspection
        found = select(i for i in rows if i.arrival.receipt == receipt)
        return tuple(map(reading.inspection, sorted(found, key=_in_order)))

    def inspect(self, key: str, found: Sequence[Found], by: str) -> tuple[Inspection, ...]:
        """Stores inspections of units of a parcel without a return, numbered within the parcel."""
        receipt = self._tables.ReceivedParcel[key].receipt
        place = sum(len(line.inspections) for line in receipt.lines)
        rows: list[Any] = []
        for each in found:
            arrival = self._tables.ReceiptLine[each.arrival]
            arrival.inspected += each.units
            rows.append(
                self._tables.Inspection(
                    id=new_id(),
                    place=place + len(rows),
                    arrival=arrival,
                    units=each.units,
                    disposition=each.disposition,
                    found=dict(each.facts),
                    at=kept(self._now()),
                    by=by,
                )
            )
        return tuple(map(reading.inspection, rows))

    def tie(self, key: str, return_: str, belonging: Sequence[Belonging], by: str) -> None:
        """Makes the parcel's units arrivals of a return; units of one SKU may be split among lines.

        Their inspections go with them.
        """
        row = self._tables.ReceivedParcel[key]
        inspections = self._tables.Inspection
        place = select(count(i) for i in inspections if i.part_of.id == return_).first()
        for arrival in sorted(row.receipt.lines, key=lambda each: each.place):
            mine = [each for each in belonging if each.arrival == arrival.id]
            place = self._split(arrival, mine, return_, place)
        row.receipt.part_of = return_
        row.tied_to, row.tied_at, row.tied_by = return_, kept(self._now()), by

    def _split(self, arrival: Any, parts: Sequence[Belonging], return_: str, place: int) -> int:
        """Splits an arrival by lines, with its inspections; returns the next free inspection
        number.
        """
        standing = [each for each in arrival.inspections if each.undone is None]
        found = sorted(standing, key=_in_order)
        rows = [arrival if at == 0 else self._another(arrival) for at in range(len(parts))]
        for row, part in zip(rows, parts, strict=True):
            row.units, row.inspected = part.units, 0
            row.line = part.line
            self._add(return_, part.line, received=part.units)
        for at, mine, units in _shares(found, [part.units for part in parts]):
            kept_ = mine if mine.part_of is None else self._again(mine)
            kept_.set(part_of=return_, place=place, line=rows[at].line, units=units)
            kept_.arrival = rows[at]
            rows[at].inspected += units
            self._add(return_, parts[at].line, inspected=units)
            place += 1
        return place

    def _add(self, return_: str, line: str | None, **units: int) -> None:
        if line is not None:
            whole = self._held.of(return_)
            whole.add(line, **units)
            self._held.changed(whole)

    def _another(self, arrival: Any) -> Any:
        return self._tables.ReceiptLine(
            id=new_id(),
            receipt=arrival.receipt,
            place=len(arrival.receipt.lines),
            sku=arrival.sku,
            location=arrival.location,
            units=0,
        )

    def _again(self, found: Any) -> Any:
        """Copies an inspection for units of another line."""
        return self._tables.Inspection(
            id=new_id(),
            place=found.place,
            units=0,
            disposition=found.disposition,
            found=dict(found.found),
            at=found.at,
            by=found.by,
        )


def _in_order(row: Any) -> tuple[datetime, int, str]:
    return row.at, row.place, row.id


def _shares(found: Sequence[Any], rooms: Sequence[int]) -> Iterator[tuple[int, Any, int]]:
    """Distributes inspected units over parts in order: yields part number, inspection, units."""
    left = list(rooms)
    for each in found:
        units, at = each.units, 0
        while units:
            part = min(units, left[at])
            if part:
                left[at] -= part
                units -= part
                yield at, each, part
            at += 1
