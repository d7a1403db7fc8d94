"""The input types of the schema."""

from __future__ import annotations

from datetime import date

import strawberry

from returns_api.types.scalars import JSON, Currency, MinorUnits


@strawberry.input(description="A fact by its name, such as `membership` or `seal_intact`.")
class FactInput:
    """A word, a number, yes or no, money as `USD 5.00`, a list of words, or null: known to be
    absent.
    """

    name: str
    """Its name, as in `facts` or declared by the policy."""
    value: JSON | None = None
    """A word, a number, yes or no, money as `USD 5.00`, a list of words; null: known to
    be absent.
    """


@strawberry.input(description="A fact of a return, stated by somebody who may state it.")
class SaidFactInput:
    """As `FactInput`; some facts need a source or a reason."""

    name: str
    """Its name, as in `facts` or declared by the policy."""
    value: JSON | None = None
    """A word, a number, yes or no, money as `USD 5.00`, a list of words; null: known to
    be absent.
    """
    source: str = ""
    """The source of an event; required for facts that the carrier states."""
    why: str = ""
    """The reason; required for facts that are a person's judgement."""


@strawberry.input(description="One order line that may be returned, and the claim about it.")
class EligibilityLineInput:
    """Name the line by `orderLine`, or by `order` (number or id) and `line`."""

    order_line: strawberry.ID | None = None
    """The id of the order line; or name it by `order` and `line`."""
    order: str | None = None
    """The number or the id of the order."""
    line: str | None = None
    """The number of the line; may be left out if there is only one."""
    supplier: str | None = None
    """The supplier's handle; required if orders with several suppliers have this number."""
    quantity: int = 1
    """The number of units to return."""
    reason: str | None = None
    """The return reason, as a word of the policy, such as `change_of_mind`."""
    condition: str | None = None
    """The condition of the goods, as a word of the policy, such as `new_unused`."""
    packaging: str | None = None
    """The packaging, as a word of the policy, such as `sealed_original`."""
    evidence: list[str] | None = None
    """The available evidence; an empty list states that there is none."""
    lacking: list[str] | None = None
    """The evidence known to be missing; an empty list states that none is missing."""
    wanted: str | None = None
    """The remedy that the consumer wants: refund, replacement …"""
    facts: list[SaidFactInput] | None = None
    """Other facts of the line, by name."""
    requested_on: date | None = None
    """The day of the request; by default today. In a return only its supplier may set another day,
    such as the date of a letter.
    """
    requested_why: str = ""
    """Why the request has another day; required in a return."""


@strawberry.input(description="A value agreed on with a partner.")
class AgreedInput:
    """One of the names under `agreed` in the policy."""

    name: str
    """One of the names under `agreed` in the policy."""
    value: JSON
    """By the type of the name: a length as `45 days`, a percentage as `10%`, money as `USD 5.00`, a
    day as `2026-01-31`, a word, a number, yes or no, or a list."""


@strawberry.input(description="A draft, and a scenario to decide by it.")
class PreviewInput:
    """`scenario` holds the facts of one return line by name, as in a test of the policy."""

    yaml: str
    scenario: JSON | None = None
    """The facts of one return line by name, as in a test of the policy."""
    agreed: list[AgreedInput] | None = None
    """Values under `agreed` in the draft; by default the draft's own."""
    as_of: date | None = None
    """The day of the request, if the scenario does not state it."""


@strawberry.input(description="A policy to publish.")
class PublishPolicyInput:
    """The same idempotency key with the same text gives the same answer."""

    yaml: str
    """The whole text of the policy, in YAML."""
    idempotency_key: str
    ends_terms: str | None = None
    """Confirms that the version ends terms agreed with partners: the `endsTerms` that
    `publicationCheck` gives for this text. Without it such a version is refused (`terms_ended`).
    """


@strawberry.input(description="An edition to withdraw: from a day on, or entirely.")
class WithdrawPolicyInput:
    """`edition` is an id or a reference such as `acme-supply/standard@2`.

    The same idempotency key with the same input gives the same answer.
    """

    edition: str
    """Its id, or a reference such as `acme-supply/standard@2`."""
    why: str
    """The reason, for the owner and its partners."""
    idempotency_key: str
    from_day: date | None = None
    """The first day that the edition no longer governs, by the date it applies by; by default all
    of its days are withdrawn.
    """
    ends_terms: str | None = None
    """Confirms that terms agreed with partners end, or are forbidden, by the versions that come
    back: the `endsTerms` that the refusal gives. Without it such a withdrawal is refused
    (`terms_ended`).
    """


@strawberry.input(description="The terms of a supplier and a retailer for one policy.")
class SetTermsInput:
    """Replaces everything that was agreed for this policy; `partnership` is an id."""

    partnership: strawberry.ID
    """The id of the partnership."""
    policy: str
    """The name of the policy, such as `acme-supply/standard`."""
    terms: list[AgreedInput]
    """Everything that is agreed for this policy; replaces what was agreed before."""
    if_unchanged: str | None = None
    """The `version` that `termsCheck` gave for this input: nothing is set if what it showed has
    changed since (`changed`).
    """


@strawberry.input(description="The price of one unit in one currency.")
class PriceInput:
    """In minor units."""

    currency: Currency
    amount: MinorUnits
    """The price of one unit, in minor units."""


@strawberry.input(description="A product, with the facts that its supplier declares.")
class ProductInput:
    """Facts such as `category`, `brand`, `tags` or `final_sale` are used in decisions."""

    sku: str
    title: str
    facts: list[FactInput] | None = None
    """The facts that you declare, such as `category`, `brand` or `final_sale`."""
    prices: list[PriceInput] | None = None
    """The price of a unit for retailers, by currency: a retailer's order above it waits for you.
    Null keeps the stored prices.
    """


@strawberry.input(description="A location that a supplier ships from, or that its policies name.")
class LocationInput:
    """`handle` is the word that orders and policies use, such as `supplier_warehouse`."""

    handle: str
    """The word that orders and policies use, such as `supplier_warehouse`."""
    name: str
    """The name on the first line of the address."""
    lines: list[str]
    """Street, town and so on, line by line."""
    country: str


@strawberry.input(description="Products and locations to add or replace.")
class PutProductsInput:
    """At most 500 of each at once."""

    products: list[ProductInput] = strawberry.field(default_factory=list)
    """Up to 500 products."""
    locations: list[LocationInput] = strawberry.field(default_factory=list)
    """Up to 500 locations."""


@strawberry.input(description="A date or time by its name, such as `delivered`.")
class NamedDateInput:
    """`2025-05-01`, or `2025-05-01T09:30:00+02:00`."""

    name: str
    """The name, such as `ordered` or `delivered`."""
    on: str
    """A date, `2025-05-01`, or a time, `2025-05-01T09:30:00+02:00`."""


@strawberry.input(description="One line of a new order.")
class OrderLineInput:
    """Its own dates and facts override the order's."""

    number: str
    """Its number in the order."""
    sku: str
    quantity: int
    unit_price: MinorUnits
    tax: MinorUnits | None = None
    """The tax charged on all its units together, in addition to `unitPrice`."""
    returned: int = 0
    """Units that were returned before Takeback knew the order."""
    location: str | None = None
    """The handle of the location that it is shipped from."""
    dates: list[NamedDateInput] | None = None
    """Dates of this line only; they override the order's."""
    facts: list[FactInput] | None = None
    """Facts of this line only; they override the order's."""


@strawberry.input(description="A payment of an order, to you.")
class PaymentInput:
    """`charge` may be a payment intent (`pi_…`); amounts are minor units of the order's currency.

    Without `charge` and `invoice`, refunds are paid by hand.
    """

    amount: MinorUnits
    """In minor units of the order's currency."""
    charge: str | None = None
    """The charge at your gateway, `ch_…`, or its payment intent, `pi_…`."""
    invoice: str | None = None
    """The invoice at your gateway, `in_…`, to which credit notes are issued."""
    customer: str | None = None


@strawberry.input(description="A new order with another partner.")
class OrderInput:
    """Amounts are minor units of `currency`."""

    number: str
    partner: str
    """The handle of the other partner."""
    currency: Currency
    dates: list[NamedDateInput]
    lines: list[OrderLineInput]
    """1 to 500 lines."""
    country: str | None = None
    """The destination country of the goods, in two letters, such as `US`."""
    channel: str | None = None
    """The sales channel, such as `online`."""
    facts: list[FactInput] | None = None
    """Further facts of the order, for all its lines."""
    payment: PaymentInput | None = None
    """How it was paid to its supplier; it can be added later by `addPayment`. A payment that a
    retailer states waits for the supplier unless `retailerMayTell` has PAYMENTS.
    """


@strawberry.input(description="Orders to add: all of them or none.")
class AddOrdersInput:
    """At most 100 orders at once."""

    orders: list[OrderInput]
    """1 to 100 orders."""
    idempotency_key: str
