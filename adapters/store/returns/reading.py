"""From the entities of returns to records, and outcomes to what a column keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from adapters.store.moments import given_back
from adapters.store.returns.arrived import Arrival, Inspection, ReceivedParcel, Undone
from adapters.store.returns.records import (
    ConsumerReturn,
    Parcel,
    Return,
    ReturnLine,
    ReturnStep,
    ReturnTo,
)
from engine.decision.standing import Taken
from engine.money import Money
from engine.returns.lifecycle import Actor, State, Step
from engine.returns.outcome import Outcome
from engine.returns.units import Disposition


def kept_outcome(outcome: Outcome) -> dict[str, Any]:
    """As plain data."""
    return msgspec.convert(msgspec.to_builtins(outcome), dict[str, Any])


def kept_address(address: ReturnTo) -> dict[str, Any]:
    """As plain data."""
    return msgspec.convert(msgspec.to_builtins(address), dict[str, Any])


def _outcome(data: Any) -> Outcome:
    return msgspec.convert(dict(data), Outcome)


def consumer_return(row: Any) -> ConsumerReturn:
    """A consumer's return with the keys of its parts, in the order of their suppliers."""
    return ConsumerReturn(
        id=row.id,
        retailer=row.retailer,
        reference=row.reference,
        requested_at=given_back(row.requested_at),
        parts=tuple(part.id for part in sorted(row.parts, key=lambda part: part.number)),
    )


def return_(row: Any) -> Return:
    """A return with its lines."""
    lines = sorted(row.lines, key=lambda line: line.place)
    return Return(
        id=row.id,
        number=row.number,
        part_of=row.part_of.id,
        supplier=row.supplier,
        retailer=row.retailer,
        order=row.order,
        state=State(row.state),
        held_for=row.held_for,
        requested_at=given_back(row.requested_at),
        expires_on=row.expires_on or None,
        parcels=tuple(Parcel(**each) for each in row.parcels.get_untracked()),
        events=row.events.get_untracked(),
        taken=msgspec.convert(dict(row.taken), dict[str, Taken]),
        waits=row.waits,
        lines=tuple(map(return_line, lines)),
    )


def return_line(row: Any) -> ReturnLine:
    """A line of a return."""
    return ReturnLine(
        id=row.id,
        place=row.place,
        order_line=row.order_line,
        sku=row.sku,
        quantity=row.quantity,
        reserved=row.reserved,
        expected=row.expected,
        received=row.received,
        inspected=row.inspected,
        refused=row.refused,
        worth=Money(row.worth, row.currency),
        planned=row.planned,
        planned_tax=row.planned_tax,
        outbound=row.outbound,
        value=row.value,
        ever_settled=row.ever_settled,
        stays=row.stays,
        stays_units=row.stays_units,
        stays_more=row.stays_more,
        facts=row.facts,
        told=row.told,
        edition=row.edition,
        digest=row.digest,
        terms=row.terms,
        location=row.location,
        return_to=msgspec.convert(dict(row.return_to), ReturnTo) if row.return_to else None,
        outcome=_outcome(row.outcome),
    )


def step(row: Any) -> ReturnStep:
    """A step that was taken."""
    return ReturnStep(
        number=row.number,
        step=Step(row.step),
        before=State(row.before),
        after=State(row.after),
        actor=Actor(row.actor),
        by=row.by,
        at=given_back(row.at),
        why=row.why,
    )


def arrival(row: Any) -> Arrival:
    """Units that were counted."""
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
    """Arrivals in the order in which they came and were counted."""
    return arrival.at, arrival.place, arrival.id


def parcel(row: Any) -> ReceivedParcel:
    """Goods that came without a known return, in the order in which they were counted."""
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
    """Units that were found to be alike."""
    return Inspection(
        id=row.id,
        place=row.place,
        line=row.line.id if row.line else None,
        arrival=row.arrival.id if row.arrival else None,
        units=row.units,
        disposition=Disposition(row.disposition),
        found=dict(row.found),
        outcome=_outcome(row.outcome) if row.outcome else None,
        at=given_back(row.at),
        by=row.by,
        undone=_undone(row.undone),
    )


def _undone(row: Any) -> Undone | None:
    return Undone(at=given_back(row.at), by=row.by, why=row.why) if row else None
