"""Undoes receipts and inspections by a new entry with a reason; goods move back by stock moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.store.journal.kinds import Sides
from adapters.store.returns.arrived import Arrival, Inspection, ReceivedParcel
from adapters.store.returns.records import Return, Taken
from engine.errors import RequestFault
from engine.returns.lifecycle import Step, state_after
from engine.returns.units import all_inspected, corrected_state
from engine.stock.moves import StockMove, on_inspection, on_receipt, undone
from services.returns.advancing import advance
from services.returns.arriving.parcels import check_free
from services.returns.decision_service import DecisionService
from services.returns.who import Who

MOST_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncounted:
    """What did not arrive after all: a whole receipt, or one arrival of it."""

    receipt: str | None
    arrival: str | None


def undo_parcel(
    service: DecisionService, who: Who, parcel: ReceivedParcel, inspection: str | None, why: str
) -> ReceivedParcel:
    """Undoes an inspection of a parcel without a return, or the parcel's receipt."""
    check_why(why)
    check_free(parcel)
    if inspection is not None:
        found = _inspected(service.store.received_parcels.inspections(parcel.id), inspection)
        at = _arrival_of(found, parcel.standing)
        service.store.corrections.undo_inspection(None, found.id, who.by, why)
        _move_back(service, who, parcel.supplier, (found, at))
        said: dict[str, object] = {"inspection": found.id, "units": found.units}
    else:
        arrivals = _uninspected(parcel.standing, "parcel")
        service.store.corrections.undo_arrivals(None, [each.id for each in arrivals], who.by, why)
        _move_out(service, who, parcel.supplier, arrivals)
        said = {}
    sides = Sides(own=parcel.supplier)
    service.store.journal.tell(sides, who.by, parcel.id, "parcel_undone", **said)
    return service.store.received_parcels.now(parcel.id)


def undo_receipt(
    service: DecisionService, who: Who, found: Return, what: Uncounted, why: str
) -> Return:
    """Undoes a receipt: its units leave quarantine, and their lines wait for them again."""
    _check(found, who, why)
    arrivals = _named(service, found, what)
    service.store.corrections.undo_arrivals(found.id, [each.id for each in arrivals], who.by, why)
    _move_out(service, who, found.supplier, arrivals)
    if any(each.line for each in arrivals) or not service.store.arrivals.of(found.id):
        _wait_again(service, found)
    said = [{"arrival": each.id, "line": each.line, "units": each.units} for each in arrivals]
    service.store.returns.tell(found.id, who.by, "return_receipt_undone", arrivals=said)
    return after_correction(service, who, found.id, why)


def undo_inspection(
    service: DecisionService, who: Who, found: Return, inspection: str, why: str
) -> Return:
    """Undoes an inspection: its units wait in quarantine again, unless they were sold meanwhile."""
    _check(found, who, why)
    each = _inspected(service.store.arrivals.inspected_ever(found.id), inspection)
    arrival = _arrival_of(each, service.store.arrivals.of(found.id))
    service.store.corrections.undo_inspection(found.id, each.id, who.by, why)
    _move_back(service, who, found.supplier, (each, arrival))
    service.store.returns.tell(
        found.id, who.by, "return_inspection_undone", inspection=each.id, units=each.units
    )
    return after_correction(service, who, found.id, why)


def after_correction(service: DecisionService, who: Who, key: str, why: str = "") -> Return:
    """Sets the state of a return that its corrected counts imply, and settles it anew."""
    store = service.store.returns
    now = store.now(key)
    arrived = service.store.arrivals.of(key)
    first = min((each.at.isoformat() for each in arrived), default=None)
    store.dated(key, "received_back", first)
    after = corrected_state(
        now.state,
        arrived=bool(arrived),
        awaited=any(line.count.to_come and line.reserved > line.received for line in now.lines),
        inspected=all_inspected(now.counts),
        sent=bool(now.parcels),
    )
    store.take(key, Taken(step=Step.CORRECT, actor=who.actor, by=who.by, why=why, to=after))
    store.changed(key)
    return advance(service, who, key)


def _move_out(
    service: DecisionService, who: Who, supplier: str, arrivals: Sequence[Arrival]
) -> None:
    """Moves units that did not come out of quarantine."""
    moves = [
        move
        for each in arrivals
        for move in undone(on_receipt(each.id, each.sku, each.location, each.units))
    ]
    _move(service, supplier, who, moves)


def _move_back(
    service: DecisionService, who: Who, supplier: str, found: tuple[Inspection, Arrival]
) -> None:
    """Moves units back to quarantine, where they waited for the inspection."""
    each, arrival = found
    place = (arrival.sku, arrival.location)
    moves = undone(on_inspection(each.id, *place, each.units, each.disposition))
    _move(service, supplier, who, moves)


def check_why(why: str) -> None:
    """Raises `RequestFault` for a correction without a reason."""
    if not why.strip() or len(why) > MOST_CHARACTERS:
        raise RequestFault("missing", f"Say why, in 1 to {MOST_CHARACTERS} characters.", "why")


def _check(found: Return, who: Who, why: str) -> None:
    check_why(why)
    state_after(found.state, Step.CORRECT, who.actor)


def _named(service: DecisionService, found: Return, what: Uncounted) -> Sequence[Arrival]:
    if (what.receipt is None) == (what.arrival is None):
        raise RequestFault(
            "missing", "Name the `receipt` or the `arrival`, one of both.", "receipt"
        )
    path = "receipt" if what.arrival is None else "arrival"
    ever = service.store.arrivals.ever(found.id)
    named = [each for each in ever if what.arrival == each.id or what.receipt == each.receipt]
    if not named:
        raise RequestFault("not_found", f"This return has no such {path}.", path)
    return _uninspected([each for each in named if each.undone is None], path)


def _uninspected(standing: Sequence[Arrival], path: str) -> Sequence[Arrival]:
    if not standing:
        raise RequestFault("undone_already", f"This {path} was undone before.", path)
    seen = next((each for each in standing if each.inspected), None)
    if seen is not None:
        text = f"{seen.inspected} units of `{seen.sku}` were inspected; undo that first."
        raise RequestFault("inspected_already", text, path)
    return standing


def _inspected(ever: Sequence[Inspection], key: str) -> Inspection:
    found = next((each for each in ever if each.id == key), None)
    if found is None:
        raise RequestFault("not_found", "There is no such inspection.", "inspection")
    if found.undone is not None:
        raise RequestFault("undone_already", "This inspection was undone before.", "inspection")
    return found


def _arrival_of(found: Inspection, standing: Sequence[Arrival]) -> Arrival:
    arrival = next((each for each in standing if each.id == found.arrival), None)
    if arrival is None:
        text = "It was recorded before places were kept: it is not known where its units were."
        raise RequestFault("place_unknown", text, "inspection")
    return arrival


def _move(service: DecisionService, supplier: str, who: Who, moves: Sequence[StockMove]) -> None:
    try:
        service.store.stock.apply(supplier, moves, who.by)
    except RequestFault as fault:
        if fault.code != "below_zero":
            raise
        text = f"Units were sold or moved meanwhile, so that they cannot go back. {fault.message}"
        raise RequestFault("gone_meanwhile", text, "inspection") from None


def _wait_again(service: DecisionService, found: Return) -> None:
    """Reserves again the units that were released when nothing more was expected.

    Units that another return requested since, or that were cancelled, are awaited no more.
    """
    now = service.store.returns.now(found.id)
    missing = [each.id for each in now.lines if each.expected and each.reserved < each.quantity]
    service.store.reserved_units.reserve_left(missing)
