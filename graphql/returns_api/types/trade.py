"""Partners, orders and their lines as clients see them."""

from __future__ import annotations

import strawberry

from adapters.store import records
from returns_api.context import Info
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.scalars import JSON, Money, money


@strawberry.type(description="A trading partner.")
class Partner(Node):
    """`handle` is the word that policies and files know it by."""

    handle: str
    name: str
    kind: str


@strawberry.type(description="A value that a supplier and a retailer agreed on.")
class AgreedValue:
    """One of the values that the policy lists under `agreed`."""

    policy: str
    name: str
    value: JSON


@strawberry.type(description="One supplier and one retailer.")
class Partnership(Node):
    """With what they agreed on."""

    supplier: Partner
    retailer: Partner
    status: str
    programme: str | None
    terms: list[AgreedValue]
    retailer_refunds: bool = strawberry.field(
        description="Whether the retailer may refund its orders by itself."
    )


@strawberry.type(description="What a supplier sells under a SKU.")
class Product:
    """With the facts that the supplier declared."""

    sku: str
    title: str
    facts: JSON


@strawberry.type(description="Where goods are shipped from or sent back to.")
class Address:
    """A postal address, line by line."""

    name: str
    lines: list[str]
    country: str


@strawberry.type(description="A date of an order: `ordered`, `delivered` and so on.")
class NamedDate:
    """A day or a moment, as it was given."""

    name: str
    on: str


@strawberry.type(description="What a retailer bought from one supplier.")
class Order(Node):
    """Without its lines: ask for those where they are needed."""

    record: strawberry.Private[records.Order]
    number: str
    currency: str

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

    @described("What happened when.")
    def dates(self) -> list[NamedDate]:
        return [NamedDate(name=name, on=on) for name, on in self.record.dates.items()]


@strawberry.type(description="One product of an order.")
class OrderLine(Node):
    """`quantityReturned` has come back already."""

    record: strawberry.Private[records.OrderLine]
    number: str
    sku: str
    quantity: int
    quantity_returned: int

    @described("The order that it is part of.")
    def order(self) -> Order:
        return order(self.record.order)

    @described("What was bought.")
    def product(self) -> Product:
        found = self.record.product
        return Product(sku=found.sku, title=found.title, facts=JSON(found.facts))

    @described("The price of one unit.")
    def unit_price(self) -> Money:
        return money(self.record.unit_price)

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
    )


def order(found: records.Order) -> Order:
    """An order as clients see it."""
    return Order(
        id=encode(NodeKind.ORDER, found.id),
        record=found,
        number=found.number,
        currency=found.currency,
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
    )


def address(found: records.Location) -> Address:
    """An address as clients see it."""
    return Address(name=found.name, lines=list(found.lines), country=found.country)
