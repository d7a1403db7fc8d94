"""Parcels that belong to no known return: received, inspected, and later made part of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adapters.store.journal.kinds import Sides
from adapters.store.returns.arrived import Belonging, Counted, NewParcel, ReceivedParcel
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.returns.lifecycle import Step, state_after
from engine.returns.scanning import Scanned, matched, notes
from services.returns.arriving.receiving import (
    coming_of,
    counted_stray,
    take_arrival,
    to_quarantine,
)
from services.returns.decision_service import DecisionService
from services.returns.finding import InspectedUnits, check_facts, findings_of, to_stock, told
from services.returns.placing import unknown_place
from services.returns.who import Who

MOST_NOTE: Final = 500
MOST_TRACKING: Final = 100
MOST_SKUS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """The SKUs and units in a parcel, and the location where it arrived."""

    location: str
    units: Sequence[tuple[str, int]]
    note: str = ""
    tracking: str = ""


def receive_parcel(service: DecisionService, who: Who, supplier: str, came: Came) -> ReceivedParcel:
    """Counts goods of no known return, and puts them in quarantine where they arrived."""
    _check(service, supplier, came)
    counted = tuple(
        Counted(line=None, sku=sku, location=came.location, units=units)
        for sku, units in came.units
    )
    new = NewParcel(supplier=supplier, note=came.note, tracking=came.tracking, counted=counted)
    parcel = service.store.received_parcels.add(new, who.by)
    to_quarantine(service, who, supplier, parcel.arrivals)
    _tell(service, who, parcel, "parcel_received", lines=_counted(parcel))
    return parcel


def inspect_parcel(
    service: DecisionService, who: Who, parcel: ReceivedParcel, looked: Sequence[InspectedUnits]
) -> ReceivedParcel:
    """Records what the units of a parcel are; no settlement follows."""
    check_free(parcel)
    found = findings_of(service, {}, parcel.standing, looked)
    inspected = service.store.received_parcels.inspect(parcel.id, found, who.by)
    to_stock(service, who, parcel.supplier, (parcel.standing, inspected))
    _tell(service, who, parcel, "parcel_findings", lines=told(inspected))
    return service.store.received_parcels.now(parcel.id)


def tie(service: DecisionService, who: Who, found: Return, parcel: ReceivedParcel) -> list[str]:
    """Makes a parcel an arrival of a return, on the day it arrived; returns notes for its owner.

    Its units fill the lines of their SKU that still expect units, as scanned units do.
    """
    check_free(parcel)
    if not parcel.standing:
        raise RequestFault("undone_already", "This parcel did not come after all.", "parcel")
    state_after(found.state, Step.RECEIVE_PART, who.actor)
    scanned = [Scanned(line=None, sku=a.sku, units=a.units) for a in parcel.arrivals]
    coming = coming_of(found)
    pieces = matched(coming, scanned)
    belonging = [
        Belonging(arrival=parcel.arrivals[each.entry].id, line=each.line, units=each.units)
        for each in pieces
    ]
    _check_found(service, found, parcel, belonging)
    service.store.received_parcels.tie(parcel.id, found.id, belonging, who.by)
    service.store.arrivals.forget(found.id)
    first = min(each.at.isoformat() for each in service.store.arrivals.of(found.id))
    service.store.returns.dated(found.id, "received_back", first)
    said = [{"sku": each.sku, "line": each.line, "units": each.units} for each in pieces]
    _tell(service, who, parcel, "parcel_tied", **{"return": found.id, "lines": said})
    _tell_findings(service, who, found, parcel)
    take_arrival(service, who, found.id, complete=False)
    return notes(coming, pieces, scanned)


def _check(service: DecisionService, supplier: str, came: Came) -> None:
    for name, text, most in (
        ("note", came.note, MOST_NOTE),
        ("tracking", came.tracking, MOST_TRACKING),
    ):
        if len(text) > most:
            raise RequestFault("too_long", f"It has up to {most} characters.", name)
    if not 1 <= len(came.units) <= MOST_SKUS:
        raise RequestFault("nothing_arrived", f"A parcel has 1 to {MOST_SKUS} lines.", "lines")
    if service.store.goods.location(supplier, came.location) is None:
        raise unknown_place(service.store, supplier, came.location)
    for index, (sku, units) in enumerate(came.units):
        counted_stray(service, supplier, sku, units, f"lines[{index}]")


def check_free(parcel: ReceivedParcel) -> None:
    """Raises `RequestFault` `tied_already` for a parcel that belongs to a return."""
    if parcel.tied_to is not None:
        raise RequestFault("tied_already", "This parcel is of a return; go on there.", "parcel")


def _check_found(
    service: DecisionService, found: Return, parcel: ReceivedParcel, belonging: Sequence[Belonging]
) -> None:
    """Raises `RequestFault` for findings that the policy of a line does not know."""
    lines = {line.id: line for line in found.lines}
    for each in service.store.received_parcels.inspections(parcel.id):
        for part in belonging:
            if part.arrival == each.arrival and part.line and each.undone is None:
                check_facts(service, lines[part.line], each.found, "parcel.found")


def _tell_findings(
    service: DecisionService, who: Who, found: Return, parcel: ReceivedParcel
) -> None:
    """Writes the parcel's findings to both journals; the retailer had no entry of them before."""
    ever = service.store.received_parcels.inspections(parcel.id)
    standing = [each for each in ever if each.undone is None]
    if standing:
        service.store.returns.tell(found.id, who.by, "return_findings", lines=told(standing))


def _counted(parcel: ReceivedParcel) -> list[dict[str, object]]:
    return [
        {"sku": each.sku, "units": each.units, "location": each.location}
        for each in parcel.arrivals
    ]


def _tell(
    service: DecisionService, who: Who, parcel: ReceivedParcel, kind: str, **body: object
) -> None:
    service.store.journal.tell(Sides(own=parcel.supplier), who.by, parcel.id, kind, **body)
