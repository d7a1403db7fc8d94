"""What clients send."""

from __future__ import annotations

from datetime import date

import strawberry

from returns_api.types.scalars import JSON, Currency, MinorUnits


@strawberry.input(description="A fact by its name, such as `membership` or `seal_intact`.")
class FactInput:
    """A word, a number, yes or no, money as `USD 5.00`, a list of words, or null: not there."""

    name: str
    """As `facts` lists it, or the policy declares it."""
    value: JSON | None = None
    """A word, a number, yes or no, money as `USD 5.00`, a list of words; null: not there."""


@strawberry.input(description="A fact that is said of a return, by whom it is to say.")
class SaidFactInput:
    """As `FactInput`; some facts need more than their value."""

    name: str
    """As `facts` lists it, or the policy declares it."""
    value: JSON | None = None
    """A word, a number, yes or no, money as `USD 5.00`, a list of words; null: not there."""
    source: str = ""
    """Where an event was heard of; needed for facts that the carrier tells."""
    why: str = ""
    """The reason; needed for facts that are a person's judgement."""


@strawberry.input(description="One order line that may come back, and why.")
class EligibilityLineInput:
    """Name the line by `orderLine`, or by `order` (number or id) and `line`."""

    order_line: strawberry.ID | None = None
    """The id of the order line; or name it by `order` and `line`."""
    order: str | None = None
    """The number or the id of the order."""
    line: str | None = None
    """The number of the line; may be left out if there is only one."""
    supplier: str | None = None
    """Needed where orders with several suppliers share a number."""
    quantity: int = 1
    """Units that come back."""
    reason: str | None = None
    """The return reason, as a word of the policy, such as `change_of_mind`."""
    condition: str | None = None
    """The state of the goods, as a word of the policy, such as `new_unused`."""
    packaging: str | None = None
    """How they are packed, as a word of the policy, such as `sealed_original`."""
    evidence: list[str] | None = None
    """What there is; an empty list says that there is nothing."""
    lacking: list[str] | None = None
    """Parts that are missing; an empty list says that none is."""
    wanted: str | None = None
    """What the consumer would like: refund, replacement …"""
    facts: list[SaidFactInput] | None = None
    """Other facts of the line, by name."""
    requested_on: date | None = None
    """The day of the request; by default today. With a return only its supplier says another, as of
    a letter.
    """
    requested_why: str = ""
    """Why the request is of another day; needed with a return."""


@strawberry.input(description="A value agreed on with a partner.")
class AgreedInput:
    """One of the names under `agreed` in the policy."""

    name: str
    """One of the names under `agreed` in the policy."""
    value: JSON


@strawberry.input(description="A draft and a case to decide by it.")
class PreviewInput:
    """`scenario` holds the facts of one return line by name, as a test in the policy would."""

    yaml: str
    scenario: JSON | None = None
    """The facts of one return line by name, as a test in the policy has them."""
    agreed: list[AgreedInput] | None = None
    """Values under `agreed` in the draft; by default the draft's own."""
    as_of: date | None = None
    """The day of the request, where the scenario does not say it."""


@strawberry.input(description="A policy to publish.")
class PublishPolicyInput:
    """The same key with the same text gives the same answer."""

    yaml: str
    """The whole text of the policy, in YAML."""
    idempotency_key: str


@strawberry.input(description="An edition to withdraw: from a day on, or wholly.")
class WithdrawPolicyInput:
    """`edition` is an id or a reference such as `acme-supply/standard@2`.

    The same key with the same input gives the same answer.
    """

    edition: str
    """Its id, or a reference such as `acme-supply/standard@2`."""
    why: str
    """For the owner and its partners to read."""
    idempotency_key: str
    from_day: date | None = None
    """The first day, by the date that the edition applies by, that it no longer governs; by default
    none of its days is left.
    """


@strawberry.input(description="What a supplier and a retailer agree on for one policy.")
class SetTermsInput:
    """Replaces all that was agreed for this policy; `partnership` is an id."""

    partnership: strawberry.ID
    """The id of the partnership."""
    policy: str
    """The name of the policy, such as `acme-supply/standard`."""
    terms: list[AgreedInput]
    """All that is agreed for this policy; it takes the place of what was."""


@strawberry.input(description="What one unit costs in one currency.")
class PriceInput:
    """In minor units."""

    currency: Currency
    amount: MinorUnits
    """The price of one unit, in minor units."""


@strawberry.input(description="What a supplier sells, with the facts it declares about it.")
class ProductInput:
    """Facts such as `category`, `brand`, `tags` or `final_sale` decide with the policy."""

    sku: str
    title: str
    facts: list[FactInput] | None = None
    """What you declare of it, such as `category`, `brand` or `final_sale`."""
    prices: list[PriceInput] | None = None
    """What a unit costs a retailer, by currency: a retailer's order above it waits for you. Null
    leaves those that are there.
    """


@strawberry.input(description="Where a supplier ships from, or a place that its policies name.")
class LocationInput:
    """`handle` is the word that orders and policies use, such as `supplier_warehouse`."""

    handle: str
    """The word that orders and policies use, such as `supplier_warehouse`."""
    name: str
    """Who is there, as on an envelope."""
    lines: list[str]
    """Street, town and so on, line by line."""
    country: str


@strawberry.input(description="Products and locations to add or to replace.")
class PutProductsInput:
    """At most 500 of each at once."""

    products: list[ProductInput] = strawberry.field(default_factory=list)
    """Up to 500 products."""
    locations: list[LocationInput] = strawberry.field(default_factory=list)
    """Up to 500 locations."""


@strawberry.input(description="A day or moment by its name, such as `delivered`.")
class NamedDateInput:
    """`2025-05-01`, or `2025-05-01T09:30:00+02:00`."""

    name: str
    """Such as `ordered` or `delivered`."""
    on: str
    """A day, `2025-05-01`, or a moment, `2025-05-01T09:30:00+02:00`."""


@strawberry.input(description="One line of a new order.")
class OrderLineInput:
    """Its own dates and facts go before the order's."""

    number: str
    """Its number in the order."""
    sku: str
    quantity: int
    unit_price: MinorUnits
    tax: MinorUnits | None = None
    """What was charged on all its units together, beside `unitPrice`."""
    returned: int = 0
    """Units that came back before Takeback knew the order."""
    location: str | None = None
    """The handle of the location that it ships from."""
    dates: list[NamedDateInput] | None = None
    """Days of this line alone; they go before the order's."""
    facts: list[FactInput] | None = None
    """Facts of this line alone; they go before the order's."""


@strawberry.input(description="How an order was paid, to you.")
class PaymentInput:
    """`charge` may be a payment intent (`pi_…`); amounts are minor units of the order's currency.

    Without `charge` and `invoice` what goes back is paid by hand.
    """

    amount: MinorUnits
    """In minor units of the order's currency."""
    charge: str | None = None
    """The charge at your gateway, `ch_…`, or its payment intent, `pi_…`."""
    invoice: str | None = None
    """The invoice at your gateway, `in_…`, which takes credit notes."""
    customer: str | None = None


@strawberry.input(description="A new order with the partner of that handle.")
class OrderInput:
    """Amounts are minor units of `currency`."""

    number: str
    partner: str
    """The handle of the other side."""
    currency: Currency
    dates: list[NamedDateInput]
    lines: list[OrderLineInput]
    """1 to 500 lines."""
    country: str | None = None
    """The country that the goods go to, in two letters, such as `US`."""
    channel: str | None = None
    """Where it was sold, such as `online`."""
    facts: list[FactInput] | None = None
    """What else its record says, for all its lines."""
    payment: PaymentInput | None = None
    """How it was paid to its supplier; `addPayment` says so later. A retailer's word waits for the
    supplier unless `retailerMayTell` has PAYMENTS.
    """


@strawberry.input(description="Orders to add: all of them or none.")
class AddOrdersInput:
    """At most 100 orders at once."""

    orders: list[OrderInput]
    """1 to 100 orders."""
    idempotency_key: str
