"""Inputs of the fields about money."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from returns_api.types.inputs import PaymentInput
from returns_api.types.scalars import MinorUnits


@strawberry.input(description="The account at Stripe to use for your money.")
class SetGatewayInput:
    """The key is checked by calls that move nothing; only its end is ever shown again."""

    key: str | None = None
    """A restricted key, `rk_…`, best made for Takeback. Null keeps the one that is set."""
    signing_secrets: list[str] | None = None
    """The signing secrets of the webhook at Stripe, `whsec_…`; two while you change it. Null keeps
    those that are set.
    """
    allow_unrestricted: bool = False
    """Accept a live key that may do everything in the account."""


@strawberry.input(description="A payment of an existing order.")
class AddPaymentInput:
    """Adding the same charge or invoice again changes nothing."""

    order: strawberry.ID
    """The id of the order."""
    payment: PaymentInput
    """How it was paid."""
    idempotency_key: str
    to_supplier: bool = False
    """For retailers: true for what you paid the supplier, false for what the consumer paid you. It
    waits for the supplier unless `retailerMayTell` has PAYMENTS.
    """


@strawberry.input(description="Cancelled units of an order line.")
class RefundLineInput:
    """`line` is the number of the line."""

    line: str
    """The number of the line in the order."""
    units: int
    """The number of cancelled units to refund."""


@strawberry.input(description="A refund of an order.")
class RefundInput:
    """Everything that is left, unless `amount` is less; `keepBack` is a fee that you keep."""

    order: strawberry.ID
    """The id of the order."""
    payment: strawberry.ID | None = None
    """Required if several payments of the order have something left."""
    amount: MinorUnits | None = None
    """In minor units; by default everything that is left."""
    keep_back: MinorUnits = MinorUnits(0)
    """A fee that you keep back, in minor units."""
    lines: list[RefundLineInput] | None = None
    """The cancelled units that it is for, each refunded once. By default it refunds their price and
    tax.
    """


@strawberry.input(description="A refund of an order, in one settlement.")
class RefundOrderInput:
    """The same idempotency key with the same input gives the same answer."""

    refund: RefundInput
    """What to refund."""
    why: str
    """For people; the gateway does not get it."""
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the preview that you were shown; `changed` if it is another by now."""


@strawberry.enum(description="What to do about a settlement that waits for a person.")
class Resolution(StrEnum):
    """A retry of a settlement that failed finally, and a credit instead, are new settlements."""

    RETRY = "retry"
    """Send it again; if it failed finally, as a new settlement."""
    PAID_BY_HAND = "paid_by_hand"
    """You paid it yourself; `reference` identifies that payment."""
    GIVE_UP = "give_up"
    """Pay nothing; `why` gives the reason."""
    CREDIT_INSTEAD = "credit_instead"
    """Give account credit instead of the refund, as a new settlement."""


@strawberry.input(description="Your decision about a settlement that waits for you.")
class ResolveSettlementInput:
    """`reference` identifies a payment by hand."""

    settlement: strawberry.ID
    """The id of the settlement."""
    resolution: Resolution
    """Your decision."""
    idempotency_key: str
    reference: str | None = None
    """A reference that identifies the payment by hand, for PAID_BY_HAND."""
    why: str | None = None
    """Why nothing is paid, for GIVE_UP; both partners see it."""
    if_unchanged: str | None = None
    """The `version` of the settlement that you were shown; `changed` if it is another by now."""


@strawberry.input(description="Resumes payouts that are on hold.")
class ResumePayoutsInput:
    """All of the supplier's payouts; a key that is still refused puts them on hold again."""

    idempotency_key: str


@strawberry.input(description="Whether a retailer may refund its orders with you by itself.")
class AllowRefundsInput:
    """Off until the supplier permits it; `partnership` is an id."""

    partnership: strawberry.ID
    allow: bool
    """True to permit it, false to forbid it."""
