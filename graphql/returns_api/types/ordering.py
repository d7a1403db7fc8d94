"""What was said of orders, as clients see it: proposals, amendments and history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import strawberry

from adapters.store.ordering import records
from adapters.store.records import Standing, Telling
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.scalars import JSON, Money, minor

OrderStanding = strawberry.enum(
    Standing, name="OrderStanding", description="Whether what was said of an order holds."
)
RetailerWord = strawberry.enum(
    Telling,
    name="RetailerWord",
    description="What a supplier may let a retailer say of its orders without confirming it.",
)
OrderEvent = strawberry.enum(
    records.Event, name="OrderEvent", description="What happened to the record of an order."
)


@strawberry.type(description="A date of an order: `ordered`, `delivered` and so on.")
class NamedDate:
    """A day or a moment, as it was given."""

    name: str
    on: str


@strawberry.type(description="A parcel to the consumer.")
class OrderParcel:
    """By which it can be followed."""

    carrier: str
    number: str


@strawberry.type(description="What changes of one line.")
class OrderLineChange:
    """`cancel` more units will never come."""

    line: str
    dates: list[NamedDate]
    cancel: int
    location: str | None


@strawberry.type(description="How an order was paid to its supplier, as its retailer says.")
class ProposedPayment:
    """Nothing goes back of it before the supplier confirms it."""

    amount: Money
    charge: str | None
    invoice: str | None
    customer: str | None


@strawberry.type(description="A change of an order that waits for its supplier, or was answered.")
class OrderAmendment(Node):
    """`saidBy` and `answeredBy` are keys, by their public parts."""

    order: strawberry.ID
    standing: OrderStanding  # type: ignore[valid-type]
    dates: list[NamedDate]
    country: str | None
    tracking: list[OrderParcel]
    lines: list[OrderLineChange]
    payment: ProposedPayment | None
    reason: str | None
    said_by: str
    said_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    answer_reason: str | None


@strawberry.type(description="One thing that happened to the record of an order; it never changes.")
class OrderHistoryEntry:
    """Of a change `what` names the value, with what it was and what it is."""

    number: int
    event: OrderEvent  # type: ignore[valid-type]
    what: str | None
    old: JSON | None
    new: JSON | None
    side: str
    by: str
    at: datetime
    reason: str | None


def dates(named: Mapping[str, str]) -> list[NamedDate]:
    """Dates by name, as clients see them."""
    return [NamedDate(name=name, on=on) for name, on in named.items()]


def parcels(found: tuple[Mapping[str, str], ...]) -> list[OrderParcel]:
    """Parcels as clients see them."""
    return [OrderParcel(carrier=each["carrier"], number=each["number"]) for each in found]


def entry(found: records.HistoryEntry) -> OrderHistoryEntry:
    """An entry as clients see it."""
    told = found.told
    return OrderHistoryEntry(
        number=found.number,
        event=told.event,
        what=told.what or None,
        old=JSON(told.old) if told.old is not None else None,
        new=JSON(told.new) if told.new is not None else None,
        side=found.speaker.side,
        by=found.speaker.by,
        at=found.at,
        reason=told.why or None,
    )


def amendment(found: records.Amendment, currency: str) -> OrderAmendment:
    """An amendment of an order in a currency, as clients see it."""
    change = found.change
    return OrderAmendment(
        id=encode(NodeKind.AMENDMENT, found.id),
        order=encode(NodeKind.ORDER, found.order),
        standing=found.standing,
        dates=dates(change.dates),
        country=change.country or None,
        tracking=parcels(change.tracking),
        lines=[_line(each) for each in change.lines],
        payment=_payment(change.payment, currency) if change.payment else None,
        reason=found.why or None,
        said_by=found.said_by,
        said_at=found.said_at,
        answered_by=found.answered_by or None,
        answered_at=found.answered_at,
        answer_reason=found.answer_why or None,
    )


def _line(each: records.LineChange) -> OrderLineChange:
    return OrderLineChange(
        line=each.line,
        dates=dates(each.dates),
        cancel=each.cancel,
        location=each.location or None,
    )


def _payment(paid: records.PaymentChange, currency: str) -> ProposedPayment:
    return ProposedPayment(
        amount=minor(paid.amount, currency),
        charge=paid.charge or None,
        invoice=paid.invoice or None,
        customer=paid.customer or None,
    )
