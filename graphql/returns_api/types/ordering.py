"""What was said of orders, as clients see it: proposals, amendments and history."""

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
    Kind, name="PartnerKind", description="On which side a partner trades."
)
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


_NAMED: Final = {
    records.Event.AMENDMENT_PROPOSED: NodeKind.AMENDMENT,
    records.Event.AMENDMENT_CONFIRMED: NodeKind.AMENDMENT,
    records.Event.AMENDMENT_DECLINED: NodeKind.AMENDMENT,
    records.Event.PAYMENT_ADDED: NodeKind.PAYMENT,
}
"""Events whose `new` is the key of something that has an id."""


@strawberry.type(description="A date of an order: `ordered`, `delivered` and so on.")
class NamedDate:
    """A day or a moment, as it was given."""

    name: str
    """Such as `ordered` or `delivered`."""
    on: str
    """A day, `2025-05-01`, or a moment, `2025-05-01T09:30:00+02:00`."""


@strawberry.type(description="A parcel to the consumer.")
class OrderParcel:
    """By which it can be followed."""

    carrier: str
    number: str
    """The number by which the carrier follows it."""


@strawberry.type(description="What changes of one line.")
class OrderLineChange:
    """`cancel` more units will never come."""

    line: str
    """The number of the line."""
    dates: list[NamedDate]
    """The days that it says of the line, by name."""
    cancel: int
    """Units that will never come."""
    location: str | None
    """Where it ships from, if that changes."""


@strawberry.type(description="How an order was paid to its supplier, as its retailer says.")
class ProposedPayment:
    """Nothing goes back of it before the supplier confirms it."""

    amount: Money
    charge: str | None
    invoice: str | None
    """The invoice at the gateway, `in_…`, which takes credit notes."""
    customer: str | None


@strawberry.type(description="A change of an order that waits for its supplier, or was answered.")
class OrderAmendment(Node):
    """`saidBy` and `answeredBy` are keys, by their public parts."""

    order: strawberry.ID
    """The id of the order."""
    standing: OrderStanding  # type: ignore[valid-type]
    """Whether it waits, holds or was declined."""
    dates: list[NamedDate]
    """The days that it says, by name."""
    country: str | None
    """The country that the goods go to, if that changes."""
    tracking: list[OrderParcel]
    """Parcels that it adds."""
    lines: list[OrderLineChange]
    """What changes of single lines."""
    payment: ProposedPayment | None
    """How the order was paid, if that is what it says."""
    reason: str | None
    """Why the retailer asks for it."""
    said_by: str
    """The key that proposed it, by its public part."""
    said_at: datetime
    """When it was proposed, in UTC."""
    answered_by: str | None
    """The key that answered, by its public part."""
    answered_at: datetime | None
    """When the supplier answered, in UTC; null while it waits."""
    answer_reason: str | None
    """Why the supplier declined it; null otherwise."""


@strawberry.type(description="One thing that happened to the record of an order; it never changes.")
class OrderHistoryEntry:
    """Of a change `what` names the value, with what it was and what it is.

    Of an amendment or a payment `new` is its id.
    """

    number: int
    """Counts what happened to the order, from 1."""
    event: OrderEvent  # type: ignore[valid-type]
    """What happened."""
    what: str | None
    """Of a change, the name of the value."""
    old: JSON | None
    """What it was; null where it was not there."""
    new: JSON | None
    """What it is; of an amendment or a payment its id."""
    side: PartnerKind  # type: ignore[valid-type]
    """On whose side it was said."""
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
