"""What clients send."""

from __future__ import annotations

from datetime import date

import strawberry

from returns_api.types.scalars import JSON, MinorUnits


@strawberry.input(description="A fact by its name, such as `membership` or `seal_intact`.")
class FactInput:
    """A word, a number, yes or no, money as `USD 5.00`, a list of words, or null: not there."""

    name: str
    value: JSON | None = None


@strawberry.input(description="A fact that is said of a return, by whom it is to say.")
class SaidFactInput:
    """As `FactInput`; some facts need more than their value."""

    name: str
    value: JSON | None = None
    source: str = strawberry.field(
        default="",
        description="Where an event was heard of; needed for facts that the carrier tells.",
    )
    why: str = strawberry.field(
        default="", description="The reason; needed for facts that are a person's judgement."
    )


@strawberry.input(description="One order line that may come back, and why.")
class EligibilityLineInput:
    """Name the line by `orderLine`, or by `order` (number or id) and `line`."""

    order_line: strawberry.ID | None = None
    order: str | None = None
    line: str | None = strawberry.field(
        default=None, description="The number of the line; may be left out if there is only one."
    )
    supplier: str | None = strawberry.field(
        default=None, description="Needed where orders with several suppliers share a number."
    )
    quantity: int = 1
    reason: str | None = None
    condition: str | None = None
    packaging: str | None = None
    evidence: list[str] | None = strawberry.field(
        default=None, description="What there is; an empty list says that there is nothing."
    )
    lacking: list[str] | None = None
    wanted: str | None = strawberry.field(
        default=None, description="What the consumer would like: refund, replacement …"
    )
    facts: list[SaidFactInput] | None = None
    requested_on: date | None = strawberry.field(
        default=None,
        description="The day of the request; by default today. With a return only its supplier "
        "says another, as of a letter.",
    )
    requested_why: str = strawberry.field(
        default="", description="Why the request is of another day; needed with a return."
    )


@strawberry.input(description="A value agreed on with a partner.")
class AgreedInput:
    """One of the names under `agreed` in the policy."""

    name: str
    value: JSON


@strawberry.input(description="A draft and a case to decide by it.")
class PreviewInput:
    """`scenario` holds the facts of one return line by name, as a test in the policy would."""

    yaml: str
    scenario: JSON = strawberry.field(default_factory=dict)
    agreed: list[AgreedInput] | None = None
    as_of: date | None = strawberry.field(
        default=None, description="The day of the request, where the scenario does not say it."
    )


@strawberry.input(description="A policy to publish.")
class PublishPolicyInput:
    """The same key with the same text gives the same answer."""

    yaml: str
    idempotency_key: str


@strawberry.input(description="An edition to withdraw: from a day on, or wholly.")
class WithdrawPolicyInput:
    """`edition` is an id or a reference such as `acme-supply/standard@2`.

    The same key with the same input gives the same answer.
    """

    edition: str
    why: str = strawberry.field(description="For the owner and its partners to read.")
    idempotency_key: str
    from_day: date | None = strawberry.field(
        default=None,
        description="The first day, by the date that the edition applies by, that it no longer "
        "governs; by default none of its days is left.",
    )


@strawberry.input(description="What a supplier and a retailer agree on for one policy.")
class SetTermsInput:
    """Replaces all that was agreed for this policy; `partnership` is an id."""

    partnership: strawberry.ID
    policy: str
    terms: list[AgreedInput]


@strawberry.input(description="What one unit costs in one currency.")
class PriceInput:
    """In minor units."""

    currency: str
    amount: MinorUnits


@strawberry.input(description="What a supplier sells, with the facts it declares about it.")
class ProductInput:
    """Facts such as `category`, `brand`, `tags` or `final_sale` decide with the policy."""

    sku: str
    title: str
    facts: list[FactInput] | None = None
    prices: list[PriceInput] | None = strawberry.field(
        default=None,
        description="What a unit costs a retailer, by currency: a retailer's order above it waits "
        "for you. Null leaves those that are there.",
    )


@strawberry.input(description="Where a supplier ships from, or a place that its policies name.")
class LocationInput:
    """`handle` is the word that orders and policies use, such as `supplier_warehouse`."""

    handle: str
    name: str
    lines: list[str]
    country: str


@strawberry.input(description="Products and locations to add or to replace.")
class PutGoodsInput:
    """At most 500 of each at once."""

    products: list[ProductInput] = strawberry.field(default_factory=list)
    locations: list[LocationInput] = strawberry.field(default_factory=list)


@strawberry.input(description="A day or moment by its name, such as `delivered`.")
class NamedDateInput:
    """`2025-05-01`, or `2025-05-01T09:30:00+02:00`."""

    name: str
    on: str


@strawberry.input(description="One line of a new order.")
class OrderLineInput:
    """Its own dates and facts go before the order's."""

    number: str
    sku: str
    quantity: int
    unit_price: MinorUnits
    returned: int = 0
    location: str | None = None
    dates: list[NamedDateInput] | None = None
    facts: list[FactInput] | None = None


@strawberry.input(description="How an order was paid, to you.")
class PaymentInput:
    """`charge` may be a payment intent (`pi_…`); amounts are minor units of the order's currency.

    Without `charge` and `invoice` what goes back is paid by hand.
    """

    amount: MinorUnits
    charge: str | None = None
    invoice: str | None = None
    customer: str | None = None


@strawberry.input(description="A new order with the partner of that handle.")
class OrderInput:
    """Amounts are minor units of `currency`."""

    number: str
    partner: str
    currency: str
    dates: list[NamedDateInput]
    lines: list[OrderLineInput]
    country: str | None = None
    channel: str | None = None
    facts: list[FactInput] | None = None
    payment: PaymentInput | None = strawberry.field(
        default=None,
        description="How it was paid to its supplier; `addPayment` says so later. A retailer's "
        "word waits for the supplier unless `retailerMayTell` has PAYMENTS.",
    )


@strawberry.input(description="Orders to add: all of them or none.")
class AddOrdersInput:
    """At most 100 orders at once."""

    orders: list[OrderInput]
    idempotency_key: str
