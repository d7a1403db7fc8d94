"""Partners, orders and their lines as clients see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import strawberry

from adapters.store import records
from adapters.store.last_days import LastDay as StoredDay
from returns_api.context import Info
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.ordering import (
    NamedDate,
    OrderAmendment,
    OrderHistoryEntry,
    OrderParcel,
    OrderStanding,
    PartnerKind,
    RetailerWord,
    amendment,
    dates,
    entry,
    parcels,
)
from returns_api.types.scalars import JSON, Currency, Money, minor, money

PartnershipStatus = strawberry.enum(
    records.Status, name="PartnershipStatus", description="Whether a partnership takes new orders."
)


@strawberry.type(description="A trading partner.")
class Partner(Node):
    """`handle` is the word that policies and files know it by."""

    handle: str
    name: str
    """What the partner calls itself."""
    kind: PartnerKind  # type: ignore[valid-type]
    """On which side it trades."""


@strawberry.type(description="A value that a supplier and a retailer agreed on.")
class AgreedValue:
    """One of the values that the policy lists under `agreed`."""

    policy: str
    name: str
    """One of the names under `agreed` in the policy."""
    value: JSON


@strawberry.type(description="One supplier and one retailer.")
class Partnership(Node):
    """With what they agreed on."""

    supplier: Partner
    retailer: Partner
    status: PartnershipStatus  # type: ignore[valid-type]
    """Whether it takes new orders."""
    programme: str | None
    """The programme under which they trade; null for none."""
    terms: list[AgreedValue]
    """What was agreed on for each policy."""
    retailer_refunds: bool
    """Whether the retailer may refund its orders by itself."""
    retailer_may_tell: list[RetailerWord]  # type: ignore[valid-type]
    """What of an order holds when the retailer says it; all else is a proposal."""


@strawberry.type(description="What a supplier sells under a SKU.")
class Product:
    """With the facts that the supplier declared."""

    sku: str
    title: str
    facts: JSON
    """What its supplier declares of it, by name, such as `category`."""
    prices: list[Money]
    """Of one unit, as its supplier gave them; an order above one waits for it."""


@strawberry.type(description="Where goods are shipped from or sent back to.")
class Address:
    """A postal address, line by line."""

    name: str
    """Who is there, as on an envelope."""
    lines: list[str]
    """Street, town and so on, line by line."""
    country: str


@strawberry.type(
    description="The last day on which goods may be asked back: by the policy that governs a "
    "request made now of one unit, of the return reason that leaves most time, by what is on "
    "record. What is counted over several returns is left out, and so is whether the goods would "
    "be accepted."
)
class LastDay:
    """Stored, and worked out again after whatever may change it."""

    day: date | None
    """Null where no policy governs, the time has not begun or has no end, or nothing is left."""
    is_current: bool
    """Whether it holds now; else something changed, and it is being worked out again."""


@strawberry.type(description="What a retailer bought from one supplier.")
class Order(Node):
    """Without its lines: ask for those where they are needed."""

    record: strawberry.Private[records.Order]
    number: str
    currency: Currency
    standing: OrderStanding  # type: ignore[valid-type]
    """Whether it waits for its supplier, holds or was declined."""
    confirmed: bool
    """Whether it holds: only then can its return be requested."""
    waits_for: list[str]
    """Why it waits for its supplier, in sentences."""
    said_by: str | None
    """The key that added it."""
    said_at: datetime | None
    """When it was added, in UTC."""

    @described("Who ships.")
    def supplier(self) -> Partner:
        return partner(self.record.supplier)

    @described("Who sold to the consumer.")
    def retailer(self) -> Partner:
        return partner(self.record.retailer)

    @described("What was bought, line by line.")
    def lines(self, info: Info) -> list[OrderLine]:
        found = info.context.store.orders.order(info.context.principal, self.record.id)
        return [order_line(each) for each in found.lines] if found else []

    @described("The latest last day of its lines.")
    def last_day(self, info: Info) -> LastDay:
        return last_day(info.context.store.last_days.of(self.record.id).order)

    @described("What happened when.")
    def dates(self) -> list[NamedDate]:
        return dates(self.record.dates)

    @described("What else its record says, for all its lines: facts by name.")
    def facts(self) -> JSON:
        return JSON(dict(self.record.facts))

    @described("The parcels to the consumer.")
    def tracking(self) -> list[OrderParcel]:
        return parcels(self.record.tracking)

    @described("Changes that the retailer proposed, oldest first, with the supplier's answers.")
    def amendments(self, info: Info) -> list[OrderAmendment]:
        found = info.context.store.amendments.of(self.record.id)
        return [amendment(each, self.currency) for each in found]

    @described("What happened to its record, in order; seen by both partners.")
    def history(self, info: Info) -> list[OrderHistoryEntry]:
        return [entry(each) for each in info.context.store.order_history.of(self.record.id)]


@strawberry.type(description="One product of an order.")
class OrderLine(Node):
    """`quantityReturned` has come back already, `quantityCancelled` will never come."""

    record: strawberry.Private[records.OrderLine]
    number: str
    """Its number in the order."""
    sku: str
    quantity: int
    """Units that were bought."""
    quantity_returned: int
    """Units that came back already, or are asked back."""
    quantity_cancelled: int
    """Units that will never come."""

    @described("The order that it is part of.")
    def order(self) -> Order:
        return order(self.record.order)

    @described("What was bought.")
    def product(self) -> Product:
        return product(self.record.product)

    @described("The price of one unit.")
    def unit_price(self) -> Money:
        return money(self.record.unit_price)

    @described("The tax that was charged on all its units together, beside `unitPrice`.")
    def tax(self) -> Money:
        return minor(self.record.tax, self.record.order.currency)

    @described("Until which day it may be asked back; none once all its units are back.")
    def last_day(self, info: Info) -> LastDay:
        found = info.context.store.last_days.of(self.record.order.id).lines[self.record.id]
        return last_day(found if self.record.returnable else replace(found, day=None))

    @described("What happened to it when; goes before the dates of the order.")
    def dates(self) -> list[NamedDate]:
        return dates(self.record.dates)

    @described("What else is on record of it; goes before the facts of the order.")
    def facts(self) -> JSON:
        return JSON(dict(self.record.facts))

    @described("Where it was shipped from.")
    def shipped_from(self) -> Address | None:
        found = self.record.location
        return address(found) if found else None


def partner(found: records.Partner) -> Partner:
    """A partner as clients see it."""
    return Partner(
        id=encode(NodeKind.PARTNER, found.id),
        handle=found.handle,
        name=found.name,
        kind=found.kind,
    )


def partnership(found: records.Partnership) -> Partnership:
    """A partnership as clients see it."""
    return Partnership(
        id=encode(NodeKind.PARTNERSHIP, found.id),
        supplier=partner(found.supplier),
        retailer=partner(found.retailer),
        status=found.status,
        programme=found.programme or None,
        terms=[
            AgreedValue(policy=policy, name=name, value=JSON(value))
            for policy, terms in found.terms.items()
            for name, value in terms.items()
        ],
        retailer_refunds=found.retailer_refunds,
        retailer_may_tell=sorted(found.may_tell),
    )


def order(found: records.Order) -> Order:
    """An order as clients see it."""
    return Order(
        id=encode(NodeKind.ORDER, found.id),
        record=found,
        number=found.number,
        currency=Currency(found.currency),
        standing=found.standing,
        confirmed=found.standing is records.Standing.CONFIRMED,
        waits_for=list(found.waits_for) if found.standing is records.Standing.PROPOSED else [],
        said_by=found.said_by or None,
        said_at=found.said_at,
    )


def order_line(found: records.OrderLine) -> OrderLine:
    """An order line as clients see it."""
    return OrderLine(
        id=encode(NodeKind.ORDER_LINE, found.id),
        record=found,
        number=found.number,
        sku=found.product.sku,
        quantity=found.quantity,
        quantity_returned=found.returned,
        quantity_cancelled=found.cancelled,
    )


def last_day(found: StoredDay) -> LastDay:
    """A stored last day as clients see it."""
    return LastDay(
        day=date.fromisoformat(found.day) if found.day else None, is_current=found.current
    )


def product(found: records.Product) -> Product:
    """A product as clients see it."""
    prices = [minor(amount, code) for code, amount in sorted((found.prices or {}).items())]
    return Product(sku=found.sku, title=found.title, facts=JSON(found.facts), prices=prices)


def address(found: records.Location) -> Address:
    """An address as clients see it."""
    return Address(name=found.name, lines=list(found.lines), country=found.country)
