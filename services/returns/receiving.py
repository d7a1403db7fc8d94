"""Counts what arrived, line by line; what nobody had announced is counted apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.store.returns.records import Arrival, Counted, Return, ReturnLine, Taken
from engine.errors import RequestFault
from engine.returns.lifecycle import Step, state_after
from engine.returns.units import arrival_step, check_arrival, check_units
from engine.stock.moves import on_receipt
from services.returns.cases import Desk
from services.returns.going import looked_at
from services.returns.who import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """Units of a line of the return, by its key, or of a SKU that nobody had announced."""

    line: str | None
    sku: str | None
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came at once; `complete` says that nothing more is expected.

    `location` is the word of the place where it came, if it is not where it was to be sent.
    """

    units: Sequence[Delivered]
    complete: bool = False
    location: str = ""


def receive(desk: Desk, who: Who, found: Return, delivery: Delivery) -> Return:
    """Counts a delivery; raises `RequestFault` for what cannot have arrived."""
    state_after(found.state, Step.RECEIVE_PART, who.actor)
    counted = _counted(desk, found, delivery)
    arrived = desk.store.arrivals.receive(found.id, counted, who.by)
    _to_quarantine(desk, who, found, arrived)
    store = desk.store.returns
    store.happened(found.id, "received_back", desk.at.isoformat())
    now = store.now(found.id)
    step = arrival_step(now.counts, complete=delivery.complete)
    store.take(found.id, Taken(step=step, actor=who.actor, by=who.by))
    if step is Step.RECEIVE:
        give_up_the_rest(desk, now)
    return looked_at(desk, found.id)


def give_up_the_rest(desk: Desk, found: Return) -> None:
    """Units that do not come any more may be asked for again; those that stay were not to come."""
    for line in found.lines:
        if line.outcome.stays:
            continue
        desk.store.returns.release(line.id, line.reserved - line.received)


def _counted(desk: Desk, found: Return, delivery: Delivery) -> list[Counted]:
    if not delivery.units:
        raise RequestFault("nothing_arrived", "A delivery has at least one unit.", "lines")
    lines = {line.id: line for line in found.lines}
    seen: set[str] = set()
    counted = []
    for index, each in enumerate(delivery.units):
        path = f"lines[{index}]"
        if each.line is None:
            counted.append(_unannounced(desk, found, delivery, index))
            continue
        line = lines.get(each.line)
        if line is None:
            raise RequestFault("not_found", "This return has no such line.", f"{path}.line")
        if each.line in seen:
            raise RequestFault("sent_twice", "A line is counted once a delivery.", f"{path}.line")
        seen.add(each.line)
        check_arrival(line.count, each.units, f"{path}.units")
        place = _location(desk, found, line, delivery)
        counted.append(Counted(line=line.id, sku=line.sku, location=place, units=each.units))
    return counted


def _unannounced(desk: Desk, found: Return, delivery: Delivery, index: int) -> Counted:
    each, path = delivery.units[index], f"lines[{index}]"
    check_units(each.units, f"{path}.units")
    if not each.sku or desk.store.goods.product(found.supplier, each.sku) is None:
        raise RequestFault("unknown_sku", "The supplier has no such SKU.", f"{path}.sku")
    place = _location(desk, found, found.lines[0], delivery)
    return Counted(line=None, sku=each.sku, location=place, units=each.units)


def _location(desk: Desk, found: Return, line: ReturnLine, delivery: Delivery) -> str:
    """The word of the place where it arrived."""
    said = delivery.location or line.location
    if not said or desk.store.goods.location(found.supplier, said) is None:
        raise RequestFault(
            "unknown_location",
            "Say at which `location` of yours it arrived: the policy names none that you have.",
            "location",
        )
    return said


def _to_quarantine(desk: Desk, who: Who, found: Return, arrived: Sequence[Arrival]) -> None:
    moves = [
        move
        for each in arrived
        for move in on_receipt(each.id, each.sku, each.location, each.units)
    ]
    desk.store.stock.apply(found.supplier, moves, who.by)
