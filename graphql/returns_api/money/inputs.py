"""What clients send about money."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from returns_api.types.inputs import PaymentInput
from returns_api.types.scalars import MinorUnits


@strawberry.input(description="Your account at Stripe.")
class SetGatewayInput:
    """The key is tried by calls that move nothing, and is never shown again but for its end."""

    key: str | None = strawberry.field(
        default=None,
        description="A restricted key, `rk_…`, best made for Takeback. Null leaves the one that "
        "is there.",
    )
    signing_secrets: list[str] | None = strawberry.field(
        default=None,
        description="Of the webhook at Stripe, `whsec_…`; two while you change it. Null leaves "
        "those that are there.",
    )
    allow_unrestricted: bool = strawberry.field(
        default=False, description="Takes a live key that may do everything in the account."
    )


@strawberry.input(description="A payment of an order that is there already.")
class AddPaymentInput:
    """The same charge or invoice again changes nothing."""

    order: strawberry.ID
    payment: PaymentInput
    to_supplier: bool = strawberry.field(
        default=False,
        description="For retailers: what you paid the supplier, and not what the consumer paid "
        "you. It waits for the supplier unless `retailerMayTell` has PAYMENTS.",
    )


@strawberry.input(description="Cancelled units of a line of an order.")
class RefundLineInput:
    """`line` is the number of the line."""

    line: str
    units: int


@strawberry.input(description="What is to go back of an order.")
class RefundInput:
    """All that is left, unless `amount` says less; `keepBack` is a fee that you keep of it."""

    order: strawberry.ID
    payment: strawberry.ID | None = strawberry.field(
        default=None, description="Needed where several payments of the order have something left."
    )
    amount: MinorUnits | None = None
    keep_back: MinorUnits = MinorUnits(0)
    lines: list[RefundLineInput] | None = strawberry.field(
        default=None,
        description="Cancelled units that it is for: each goes back once. Their price, unless "
        "`amount` says less.",
    )


@strawberry.input(description="A refund of an order, in one settlement.")
class RefundOrderInput:
    """The same key with the same input gives the same answer."""

    refund: RefundInput
    why: str = strawberry.field(description="For people; the gateway is not told.")
    idempotency_key: str


@strawberry.enum(description="What a person does about a settlement.")
class Resolution(StrEnum):
    """A retry of what failed for good, and a credit, are new settlements."""

    RETRY = "retry"
    PAID_BY_HAND = "paid_by_hand"
    GIVE_UP = "give_up"
    CREDIT_INSTEAD = "credit_instead"


@strawberry.input(description="What is to be done about a settlement that waits for you.")
class ResolveSettlementInput:
    """`reference` says by what a payment by hand can be found again."""

    settlement: strawberry.ID
    resolution: Resolution
    idempotency_key: str
    reference: str | None = None


@strawberry.input(description="Whether a retailer may refund its orders with you by itself.")
class AllowRefundsInput:
    """Off until you allow it; `partnership` is an id."""

    partnership: strawberry.ID
    allow: bool
