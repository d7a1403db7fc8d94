"""Converts rows of returns and entities of parcels to records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from adapters.store.connection.rows import Row
from adapters.store.returns.arrived import Arrival, Inspection, ReceivedParcel, Undone
from adapters.store.returns.records import (
    ConsumerReturn,
    Parcel,
    Return,
    ReturnLine,
    ReturnTo,
)
from adapters.store.timestamps import given_back
from engine.decision.standing import Taken
from engine.money import Money
from engine.returns.lifecycle import State
from engine.returns.outcome import LineOutcome
from engine.returns.units import Disposition

_TAKEN: Final = msgspec.json.Decoder(dict[str, Taken])
_EVENTS: Final = msgspec.json.Decoder(dict[str, str])
_PARCELS: Final = msgspec.json.Decoder(tuple[Parcel, ...])
_ADDRESS: Final = msgspec.json.Decoder(ReturnTo)
_OUTCOME: Final = msgspec.json.Decoder(LineOutcome)
_FOUND: Final = msgspec.json.Decoder(dict[str, object])
NOTHING: Final = "{}"
"""The value of a JSON column that holds nothing yet."""


def kept_json(what: object) -> str:
    """Encodes a value for a JSON column."""
    return msgspec.json.encode(what).decode()


def consumer_return(row: Any) -> ConsumerReturn:
    """Reads a consumer's return with the keys of its parts, sorted by number."""
    return ConsumerReturn(
        id=row.id,
        retailer=row.retailer,
        reference=row.reference,
        requested_at=given_back(row.requested_at),
        parts=tuple(part.id for part in sorted(row.parts, key=lambda part: part.number)),
    )


def return_(row: Row, lines: Sequence[Row]) -> Return:
    """Reads a return; its lines are given in order."""
    return Return(
        id=row["id"],
        number=row["number"],
        part_of=row["part_of"],
        supplier=row["supplier"],
        retailer=row["retailer"],
        order=row["order"],
        state=State(row["state"]),
        held_for=row["held_for"],
        requested_at=given_back(row["requested_at"]),
        expires_on=row["expires_on"] or None,
        parcels=parcels(row),
        events=events(row),
        taken=_TAKEN.decode(row["taken"]),
        waits=row["waits"],
        steps=row["steps"],
        lines=tuple(map(return_line, lines)),
    )


def parcels(row: Row) -> tuple[Parcel, ...]:
    """The parcels on their way back in a return."""
    return _PARCELS.decode(row["parcels"])


def events(row: Row) -> dict[str, str]:
    """The moments of a return's events."""
    return _EVENTS.decode(row["events"])


def outcome(row: Row) -> LineOutcome | None:
    """The outcome of a line or of inspected units; None before there is any."""
    return _OUTCOME.decode(row["outcome"]) if row["outcome"] != NOTHING else None


def return_line(row: Row) -> ReturnLine:
    """Reads a line of a return."""
    return ReturnLine(
        id=row["id"],
        place=row["place"],
        order_line=row["order_line"],
        sku=row["sku"],
        quantity=row["quantity"],
        reserved=row["reserved"],
        expected=row["expected"],
        received=row["received"],
        inspected=row["inspected"],
        refused=row["refused"],
        worth=Money(row["worth"], row["currency"]),
        planned=row["planned"],
        planned_tax=row["planned_tax"],
        outbound=row["outbound"],
        value=row["value"],
        ever_settled=row["ever_settled"],
        stays=row["stays"],
        stays_units=row["stays_units"],
        stays_more=row["stays_more"],
        facts=row["facts"],
        told=row["told"],
        edition=row["edition"],
        digest=row["digest"],
        terms=row["terms"],
        location=row["location"],
        return_to=_ADDRESS.decode(row["return_to"]) if row["return_to"] != NOTHING else None,
        outcome=_OUTCOME.decode(row["outcome"]),
    )


def arrival_of(row: Row) -> Arrival:
    """Reads an arrival of a return."""
    return Arrival(
        id=row["id"],
        receipt=row["receipt"],
        place=row["place"],
        line=row["line"],
        sku=row["sku"],
        location=row["location"],
        units=row["units"],
        inspected=row["inspected"],
        at=given_back(row["at"]),
        undone=_undone_of(row),
    )


def inspection_of(row: Row) -> Inspection:
    """Reads an inspection of a return."""
    return Inspection(
        id=row["id"],
        place=row["place"],
        line=row["line"],
        arrival=row["arrival"],
        units=row["units"],
        disposition=Disposition(row["disposition"]),
        found=_FOUND.decode(row["found"]),
        outcome=outcome(row),
        at=given_back(row["at"]),
        by=row["by"],
        undone=_undone_of(row),
    )


def _undone_of(row: Row) -> Undone | None:
    if row["undone"] is None:
        return None
    return Undone(at=given_back(row["undone_at"]), by=row["undone_by"], why=row["undone_why"])


def arrival(row: Any) -> Arrival:
    """Reads an arrival of a parcel from its entity."""
    return Arrival(
        id=row.id,
        receipt=row.receipt.id,
        place=row.place,
        line=row.line.id if row.line else None,
        sku=row.sku,
        location=row.location,
        units=row.units,
        inspected=row.inspected,
        at=given_back(row.receipt.at),
        undone=_undone(row.undone),
    )


def in_order(arrival: Arrival) -> tuple[datetime, int, str]:
    """Sort key: when the arrival came, and its place in the count."""
    return arrival.at, arrival.place, arrival.id


def parcel(row: Any) -> ReceivedParcel:
    """Reads a parcel without a known return; its arrivals are in the order of counting."""
    return ReceivedParcel(
        id=row.id,
        supplier=row.supplier,
        note=row.note,
        tracking=row.tracking,
        at=given_back(row.at),
        by=row.receipt.by,
        tied_to=row.tied_to or None,
        tied_at=given_back(row.tied_at) if row.tied_at else None,
        tied_by=row.tied_by or None,
        arrivals=tuple(sorted(map(arrival, row.receipt.lines), key=in_order)),
    )


def inspection(row: Any) -> Inspection:
    """Reads an inspection of a parcel's units from its entity."""
    return Inspection(
        id=row.id,
        place=row.place,
        line=row.line.id if row.line else None,
        arrival=row.arrival.id if row.arrival else None,
        units=row.units,
        disposition=Disposition(row.disposition),
        found=dict(row.found),
        outcome=msgspec.convert(dict(row.outcome), LineOutcome) if row.outcome else None,
        at=given_back(row.at),
        by=row.by,
        undone=_undone(row.undone),
    )


def _undone(row: Any) -> Undone | None:
    return Undone(at=given_back(row.at), by=row.by, why=row.why) if row else None
