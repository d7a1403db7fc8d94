"""What clients send about money."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from returns_api.types.inputs import PaymentInput
from returns_api.types.scalars import MinorUnits


@strawberry.input(description="Your account at Stripe.")
class SetGatewayInput:
    """The key is tried by calls that move nothing, and is never shown again but for its end."""

    key: str | None = None
    """A restricted key, `rk_…`, best made for Takeback. Null leaves the one that is there."""
    signing_secrets: list[str] | None = None
    """Of the webhook at Stripe, `whsec_…`; two while you change it. Null leaves those that are
    there.
    """
    allow_unrestricted: bool = False
    """Takes a live key that may do everything in the account."""


@strawberry.input(description="A payment of an order that is there already.")
class AddPaymentInput:
    """The same charge or invoice again changes nothing."""

    order: strawberry.ID
    """The id of the order."""
    payment: PaymentInput
    """How it was paid."""
    idempotency_key: str
    to_supplier: bool = False
    """For retailers: what you paid the supplier, and not what the consumer paid you. It waits for
    the supplier unless `retailerMayTell` has PAYMENTS.
    """


@strawberry.input(description="Cancelled units of a line of an order.")
class RefundLineInput:
    """`line` is the number of the line."""

    line: str
    """The number of the line in the order."""
    units: int
    """Cancelled units that are refunded."""


@strawberry.input(description="What is to go back of an order.")
class RefundInput:
    """All that is left, unless `amount` says less; `keepBack` is a fee that you keep of it."""

    order: strawberry.ID
    """The id of the order."""
    payment: strawberry.ID | None = None
    """Needed where several payments of the order have something left."""
    amount: MinorUnits | None = None
    """In minor units; by default all that is left."""
    keep_back: MinorUnits = MinorUnits(0)
    """A fee that you keep of it, in minor units."""
    lines: list[RefundLineInput] | None = None
    """Cancelled units that it is for: each goes back once. Their price, unless `amount` says less.
    """


@strawberry.input(description="A refund of an order, in one settlement.")
class RefundOrderInput:
    """The same key with the same input gives the same answer."""

    refund: RefundInput
    """What is to go back."""
    why: str
    """For people; the gateway is not told."""
    idempotency_key: str


@strawberry.enum(description="What a person does about a settlement.")
class Resolution(StrEnum):
    """A retry of what failed for good, and a credit, are new settlements."""

    RETRY = "retry"
    """Send it again; of what failed for good, as a new settlement."""
    PAID_BY_HAND = "paid_by_hand"
    """You paid it yourself; `reference` says by what it is found."""
    GIVE_UP = "give_up"
    """Nothing is paid; `why` says why."""
    CREDIT_INSTEAD = "credit_instead"
    """Credit it in place of the refund, as a new settlement."""


@strawberry.input(description="What is to be done about a settlement that waits for you.")
class ResolveSettlementInput:
    """`reference` says by what a payment by hand can be found again."""

    settlement: strawberry.ID
    """The id of the settlement."""
    resolution: Resolution
    """What you do about it."""
    idempotency_key: str
    reference: str | None = None
    """By what a payment by hand can be found again, for PAID_BY_HAND."""
    why: str | None = None
    """Why nothing is paid, for GIVE_UP; both sides see it."""


@strawberry.input(description="Payouts that are on hold, to be sent again.")
class ResumePayoutsInput:
    """All of yours; a key that is still refused holds them again."""

    idempotency_key: str


@strawberry.input(description="Whether a retailer may refund its orders with you by itself.")
class AllowRefundsInput:
    """Off until you allow it; `partnership` is an id."""

    partnership: strawberry.ID
    allow: bool
    """True to let it, false to stop it."""
