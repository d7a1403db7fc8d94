"""Proposals, amendments and the history of orders as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import strawberry

from adapters.identity.principal import Kind
from adapters.store.ordering import records
from adapters.store.records import Standing, Telling
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.scalars import JSON, Money, minor

PartnerKind = strawberry.enum(
    Kind, name="PartnerKind", description="The side on which a partner trades."
)
OrderStanding = strawberry.enum(
    Standing, name="OrderStanding", description="Whether an order or amendment is confirmed."
)
RetailerWord = strawberry.enum(
    Telling,
    name="RetailerWord",
    description="What a supplier may permit a retailer to state about orders without confirmation.",
)
OrderEvent = strawberry.enum(
    records.Event, name="OrderEvent", description="What happened to an order."
)


_NAMED: Final = {
    records.Event.AMENDMENT_PROPOSED: NodeKind.AMENDMENT,
    records.Event.AMENDMENT_CONFIRMED: NodeKind.AMENDMENT,
    records.Event.AMENDMENT_DECLINED: NodeKind.AMENDMENT,
    records.Event.PAYMENT_ADDED: NodeKind.PAYMENT,
}
"""Events whose `new` is the key of an object with an id."""


@strawberry.type(description="A date of an order: `ordered`, `delivered` and so on.")
class NamedDate:
    """A date or a time, as it was given."""

    name: str
    """The name, such as `ordered` or `delivered`."""
    on: str
    """A date, `2025-05-01`, or a time, `2025-05-01T09:30:00+02:00`."""


@strawberry.type(description="A parcel to the consumer.")
class OrderParcel:
    """Identifies it for tracking."""

    carrier: str
    number: str
    """The tracking number of the carrier."""


@strawberry.type(description="Changes of one order line.")
class OrderLineChange:
    """`cancel` is the number of further units that will never be delivered."""

    line: str
    """The number of the line."""
    dates: list[NamedDate]
    """The changed dates of the line, by name."""
    cancel: int
    """The number of further units that will never be delivered."""
    location: str | None
    """The new location that it is shipped from; null if unchanged."""


@strawberry.type(description="A payment of an order to its supplier, as its retailer states it.")
class ProposedPayment:
    """Nothing is refunded from it before the supplier confirms it."""

    amount: Money
    charge: str | None
    invoice: str | None
    """The invoice at the gateway, `in_…`, to which credit notes are issued."""
    customer: str | None


@strawberry.type(description="A change of an order that waits for its supplier, or was answered.")
class OrderAmendment(Node):
    """`saidBy` and `answeredBy` are keys, by their public parts."""

    order: strawberry.ID
    """The id of the order."""
    standing: OrderStanding  # type: ignore[valid-type]
    """Whether it waits, was confirmed or was declined."""
    dates: list[NamedDate]
    """The changed dates of the order, by name."""
    country: str | None
    """The new destination country; null if unchanged."""
    tracking: list[OrderParcel]
    """The parcels that it adds."""
    lines: list[OrderLineChange]
    """The changes of single lines."""
    payment: ProposedPayment | None
    """The payment that it adds; null for none."""
    reason: str | None
    """The retailer's reason."""
    said_by: str
    """The public part of the key that proposed it."""
    said_at: datetime
    """When it was proposed, in UTC."""
    answered_by: str | None
    """The public part of the key that answered."""
    answered_at: datetime | None
    """When the supplier answered, in UTC; null while it waits."""
    answer_reason: str | None
    """Why the supplier declined it; null otherwise."""


@strawberry.type(description="An entry in the history of an order; it never changes.")
class OrderHistoryEntry:
    """For a change, `what` names the value, with its old and new content.

    For an amendment or a payment, `new` is its id.
    """

    number: int
    """The number of the entry within the order, from 1."""
    event: OrderEvent  # type: ignore[valid-type]
    """What happened."""
    what: str | None
    """For a change, the name of the value."""
    old: JSON | None
    """The old value; null if there was none."""
    new: JSON | None
    """The new value; for an amendment or a payment, its id."""
    side: PartnerKind  # type: ignore[valid-type]
    """The side of the partner who stated it."""
    by: str
    at: datetime
    reason: str | None


def dates(named: Mapping[str, str]) -> list[NamedDate]:
    """Converts dates to the API's type."""
    return [NamedDate(name=name, on=on) for name, on in named.items()]


def parcels(found: tuple[Mapping[str, str], ...]) -> list[OrderParcel]:
    """Converts parcels to the API's type."""
    return [OrderParcel(carrier=each["carrier"], number=each["number"]) for each in found]


def entry(found: records.HistoryEntry) -> OrderHistoryEntry:
    """Converts an entry to the API's type."""
    told = found.told
    return OrderHistoryEntry(
        number=found.number,
        event=told.event,
        what=told.what or None,
        old=JSON(told.old) if told.old is not None else None,
        new=_new(told),
        side=found.speaker.side,
        by=found.speaker.by,
        at=found.at,
        reason=told.why or None,
    )


def _new(told: records.Told) -> JSON | None:
    if told.event in _NAMED and isinstance(told.new, str):
        return JSON(encode(_NAMED[told.event], told.new))
    return JSON(told.new) if told.new is not None else None


def amendment(found: records.Amendment, currency: str) -> OrderAmendment:
    """Converts an amendment of an order in a currency to the API's type."""
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
