"""Counts what arrived, line by line; units that were not announced are counted separately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.store.returns.arrived import Arrival, Counted
from adapters.store.returns.records import Return, ReturnLine, Taken
from engine.errors import RequestFault
from engine.returns.lifecycle import Step, state_after
from engine.returns.scanning import Coming, Matched, Scanned, matched, notes
from engine.returns.units import arrival_step, check_arrival, check_units
from engine.stock.moves import on_receipt
from services.returns.decision_service import DecisionService
from services.returns.inspecting import go_on_when_seen
from services.returns.placing import unknown_place
from services.returns.who import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """Units of a return line (key), or of a scanned SKU."""

    line: str | None
    sku: str | None
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The units of one delivery; `complete` says that nothing more is expected.

    `location` is the handle of the location where it arrived, if that is not the return-to address.
    """

    units: Sequence[Delivered]
    complete: bool = False
    location: str = ""


def receive(service: DecisionService, who: Who, found: Return, delivery: Delivery) -> Return:
    """Counts a delivery; raises `RequestFault` for units that cannot have arrived.

    Without units, it only records that nothing more is expected.
    """
    state_after(found.state, Step.RECEIVE_PART, who.actor)
    store = service.store.returns
    if delivery.units or not delivery.complete or not service.store.arrivals.of(found.id):
        counted = _counted(service, found, delivery)
        arrived = service.store.arrivals.receive(found.id, counted, who.by)
        service.store.journal.hold_all([found.supplier], [found.retailer])
        _wait_where_they_came(service, who, found.supplier, arrived)
        store.happened(found.id, "received_back", service.at.isoformat())
    return take_arrival(service, who, found.id, complete=delivery.complete)


def take_arrival(service: DecisionService, who: Who, key: str, *, complete: bool) -> Return:
    """Takes the step that the counts imply, and settles what can be settled."""
    store = service.store.returns
    now = store.now(key)
    step = arrival_step(now.counts, complete=complete)
    store.take(key, Taken(step=step, actor=who.actor, by=who.by))
    if step is Step.RECEIVE:
        give_up_the_rest(service, now)
    return go_on_when_seen(service, who, key)


def give_up_the_rest(service: DecisionService, found: Return) -> None:
    """Releases units that will not come, so that they can be requested again.

    Skips lines whose goods stay where they are: none of their units was to come.
    """
    for line in found.lines:
        if line.outcome.stays:
            continue
        service.store.reserved_units.release(line.id, line.reserved - line.spent)


def notes_on(found: Return, delivery: Delivery) -> list[str]:
    """Returns notes for the person who counts: how scanned units were assigned to lines."""
    scanned = _scanned(found, delivery)
    coming = coming_of(found)
    return notes(coming, matched(coming, scanned), scanned)


def coming_of(found: Return) -> list[Coming]:
    """Returns the units that are still expected, line by line."""
    return [
        Coming(line=line.id, number=line.place + 1, sku=line.sku, to_come=line.count.to_come)
        for line in found.lines
    ]


def to_quarantine(
    service: DecisionService, who: Who, supplier: str, arrived: Sequence[Arrival]
) -> None:
    """Puts arrived units in quarantine where they arrived."""
    moves = [
        move
        for each in arrived
        for move in on_receipt(each.id, each.sku, each.location, each.units)
    ]
    service.store.stock.apply(supplier, moves, who.by)


def _wait_where_they_came(
    service: DecisionService, who: Who, supplier: str, arrived: Sequence[Arrival]
) -> None:
    """As `to_quarantine`, for a location that the supplier may not have declared."""
    try:
        to_quarantine(service, who, supplier, arrived)
    except RequestFault as fault:
        if fault.code != "unknown_location":
            raise
        places = dict.fromkeys(each.location for each in arrived)
        said = next(each for each in places if service.store.goods.location(supplier, each) is None)
        raise unknown_place(service.store, supplier, said) from None


def counted_stray(service: DecisionService, supplier: str, sku: str, units: int, path: str) -> None:
    """Raises `RequestFault` for an unknown SKU or an invalid number of units."""
    check_units(units, f"{path}.units")
    if not sku or service.store.goods.product(supplier, sku) is None:
        raise RequestFault("unknown_sku", "The supplier has no such SKU.", f"{path}.sku")


def _counted(service: DecisionService, found: Return, delivery: Delivery) -> list[Counted]:
    if not delivery.units:
        raise RequestFault("nothing_arrived", _without_units(delivery), "lines")
    lines = {line.id: line for line in found.lines}
    _check_named(lines, delivery)
    counted = []
    for each in matched(coming_of(found), _scanned(found, delivery)):
        path = f"lines[{each.entry}]"
        line = lines[each.line] if each.line else None
        if line is None:
            counted_stray(service, found.supplier, each.sku, each.units, path)
        else:
            check_arrival(line.count, each.units, f"{path}.units")
        counted.append(_of(each, _location(service, found, line or found.lines[0], delivery)))
    return counted


def _without_units(delivery: Delivery) -> str:
    if delivery.complete:
        return "Nothing of this return came: `closeReturn` says that nothing will."
    return "Say what came in `lines`, or by `complete` that nothing more comes."


def _check_named(lines: dict[str, ReturnLine], delivery: Delivery) -> None:
    seen: set[str] = set()
    for index, each in enumerate(delivery.units):
        if (each.line is None) == (each.sku is None):
            text = "Name the `line` or the `sku` of these units, one of both."
            raise RequestFault("missing", text, f"lines[{index}]")
        if each.line is None:
            continue
        path = f"lines[{index}].line"
        if each.line not in lines:
            raise RequestFault("not_found", "This return has no such line.", path)
        if each.line in seen:
            raise RequestFault("sent_twice", "A line is counted once a delivery.", path)
        seen.add(each.line)


def _scanned(found: Return, delivery: Delivery) -> list[Scanned]:
    skus = {line.id: line.sku for line in found.lines}
    return [
        Scanned(line=each.line, sku=skus.get(each.line or "", each.sku or ""), units=each.units)
        for each in delivery.units
    ]


def _of(matched_: Matched, place: str) -> Counted:
    return Counted(line=matched_.line, sku=matched_.sku, location=place, units=matched_.units)


def _location(service: DecisionService, found: Return, line: ReturnLine, delivery: Delivery) -> str:
    """Returns the handle of the location where the delivery arrived."""
    said = delivery.location or line.location
    if not said:
        raise unknown_place(service.store, found.supplier, "")
    return said
