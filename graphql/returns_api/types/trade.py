"""Partners, orders and their lines as the API shows them."""

from __future__ import annotations

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
    """`handle` is its name in policies and files."""

    handle: str
    name: str
    """The partner's own name."""
    kind: PartnerKind  # type: ignore[valid-type]
    """The side on which it trades."""


@strawberry.type(description="A value that a supplier and a retailer agreed on.")
class AgreedValue:
    """One of the values that the policy lists under `agreed`."""

    policy: str
    name: str
    """One of the names under `agreed` in the policy."""
    value: JSON


@strawberry.type(description="One supplier and one retailer.")
class Partnership(Node):
    """With the agreed terms."""

    supplier: Partner
    retailer: Partner
    status: PartnershipStatus  # type: ignore[valid-type]
    """Whether it takes new orders."""
    programme: str | None
    """The programme under which they trade; null for none."""
    terms: list[AgreedValue]
    """The values agreed for each policy."""
    retailer_refunds: bool
    """Whether the retailer may refund its orders by itself."""
    retailer_may_tell: list[RetailerWord]  # type: ignore[valid-type]
    """What the retailer may state about orders without confirmation; everything else is
    a proposal.
    """


@strawberry.type(description="A product of a supplier.")
class Product:
    """With the facts that the supplier declared."""

    sku: str
    title: str
    facts: JSON
    """The facts that its supplier declared, by name, such as `category`."""
    prices: list[Money]
    """The supplier's price of one unit; a retailer's order above it waits for confirmation."""


@strawberry.type(description="A location that goods are shipped from or returned to.")
class Address:
    """A postal address, line by line."""

    name: str
    """The name on the first line of the address."""
    lines: list[str]
    """Street, town and so on, line by line."""
    country: str


@strawberry.type(
    description=(
        "The last day on which goods may be requested back: by the policy that governs a request "
        "made now for one unit, for the return reason that leaves most time, by the recorded "
        "facts. Counts over several returns are left out, and so is whether the goods would be "
        "accepted."
    )
)
class LastDay:
    """Stored, and recomputed after anything that may change it."""

    day: date | None
    """Null if no policy governs, the window has not begun or has no end, or no unit is left."""
    is_current: bool
    """Whether it is up to date; otherwise something changed, and it is being recomputed."""


@strawberry.type(description="What a retailer bought from one supplier.")
class Order(Node):
    """Its lines are a field of their own: request them only if needed."""

    record: strawberry.Private[records.Order]
    number: str
    currency: Currency
    standing: OrderStanding  # type: ignore[valid-type]
    """Whether it waits for its supplier, is confirmed or was declined."""
    confirmed: bool
    """Whether it is confirmed: only then can its return be requested."""
    waits_for: list[str]
    """Why it waits for its supplier, in sentences."""
    said_by: str | None
    """The public part of the key that added it."""
    said_at: datetime | None
    """When it was added, in UTC."""

    @described("The supplier, who ships.")
    def supplier(self) -> Partner:
        return partner(self.record.supplier)

    @described("The retailer, who sold to the consumer.")
    def retailer(self) -> Partner:
        return partner(self.record.retailer)

    @described("What was bought, line by line.")
    def lines(self, info: Info) -> list[OrderLine]:
        found = info.context.store.orders.order(info.context.principal, self.record.id)
        return [order_line(each) for each in found.lines] if found else []

    @described(
        "The latest of the last days of its lines; none once all its units are requested back."
    )
    def last_day(self, info: Info) -> LastDay:
        return last_day(info.context.store.last_days.of(self.record.id).order)

    @described("The dates of the order, by name.")
    def dates(self) -> list[NamedDate]:
        return dates(self.record.dates)

    @described("Further facts of the order, for all its lines, by name.")
    def facts(self) -> JSON:
        return JSON(dict(self.record.facts))

    @described("The parcels to the consumer.")
    def tracking(self) -> list[OrderParcel]:
        return parcels(self.record.tracking)

    @described("Changes that the retailer proposed, oldest first, with the supplier's answers.")
    def amendments(self, info: Info) -> list[OrderAmendment]:
        found = info.context.store.amendments.of(self.record.id)
        return [amendment(each, self.currency) for each in found]

    @described("The history of its record, in order; both partners see it.")
    def history(self, info: Info) -> list[OrderHistoryEntry]:
        return [entry(each) for each in info.context.store.order_history.of(self.record.id)]


@strawberry.type(description="One product of an order.")
class OrderLine(Node):
    """`quantityReturned` units came back or are requested, `quantityCancelled` will never come."""

    record: strawberry.Private[records.OrderLine]
    number: str
    """Its number in the order."""
    sku: str
    quantity: int
    """The number of units bought."""
    quantity_returned: int
    """The number of units that came back or are requested back."""
    quantity_cancelled: int
    """The number of units that will never be delivered."""

    @described("The order that it is part of.")
    def order(self) -> Order:
        return order(self.record.order)

    @described("What was bought: the SKU and what its supplier declared of it.")
    def product(self) -> Product:
        return product(self.record.product)

    @described("The price of one unit.")
    def unit_price(self) -> Money:
        return money(self.record.unit_price)

    @described("The tax charged on all its units together, in addition to `unitPrice`.")
    def tax(self) -> Money:
        return minor(self.record.tax, self.record.order.currency)

    @described("The last day on which it may be requested back; none once all its units are.")
    def last_day(self, info: Info) -> LastDay:
        return last_day(info.context.store.last_days.of(self.record.order.id).lines[self.record.id])

    @described("The dates of the line, which override those of the order.")
    def dates(self) -> list[NamedDate]:
        return dates(self.record.dates)

    @described("The facts of the line, which override those of the order.")
    def facts(self) -> JSON:
        return JSON(dict(self.record.facts))

    @described("The location that it was shipped from.")
    def shipped_from(self) -> Address | None:
        found = self.record.location
        return address(found) if found else None


def partner(found: records.Partner) -> Partner:
    """Converts a partner to the API's type."""
    return Partner(
        id=encode(NodeKind.PARTNER, found.id),
        handle=found.handle,
        name=found.name,
        kind=found.kind,
    )


def partnership(found: records.Partnership) -> Partnership:
    """Converts a partnership to the API's type."""
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
    """Converts an order to the API's type."""
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
    """Converts an order line to the API's type."""
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
    """Converts a stored last day to the API's type."""
    return LastDay(
        day=date.fromisoformat(found.day) if found.day else None, is_current=found.current
    )


def product(found: records.Product) -> Product:
    """Converts a product to the API's type."""
    prices = [minor(amount, code) for code, amount in sorted((found.prices or {}).items())]
    return Product(sku=found.sku, title=found.title, facts=JSON(found.facts), prices=prices)


def address(found: records.Location) -> Address:
    """Converts an address to the API's type."""
    return Address(name=found.name, lines=list(found.lines), country=found.country)
