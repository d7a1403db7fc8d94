"""Inputs of the mutations of existing orders."""

from __future__ import annotations

import strawberry

from returns_api.types.inputs import NamedDateInput
from returns_api.types.ordering import RetailerWord


@strawberry.input(description="A parcel to the consumer.")
class OrderParcelInput:
    """Identifies it for tracking."""

    carrier: str
    number: str
    """The tracking number of the carrier."""


@strawberry.input(description="Changes of one order line.")
class OrderLineUpdateInput:
    """`cancel` adds units that will never be delivered; `location` is where it was shipped from."""

    line: str
    """The number of the line."""
    dates: list[NamedDateInput] | None = None
    cancel: int = 0
    """The number of further units that will never be delivered."""
    location: str | None = None
    """The handle of the location that it is shipped from."""


@strawberry.input(description="Changes of an order; what is left out stays as it is.")
class UpdateOrderInput:
    """A date of the order applies to all of its lines.

    The same idempotency key with the same input gives the same answer.
    """

    order: strawberry.ID
    """The id of the order."""
    idempotency_key: str
    dates: list[NamedDateInput] | None = None
    """Dates such as `shipped` and `delivered`; those stated when the order was placed cannot
    change.
    """
    tracking: list[OrderParcelInput] | None = None
    """Parcels to the consumer."""
    country: str | None = None
    lines: list[OrderLineUpdateInput] | None = None
    """Changes of single lines."""
    reason: str | None = None
    """The reason, kept in the history; required if units are cancelled."""


@strawberry.input(description="Proposals of your retailers to confirm: all of them or none.")
class ConfirmOrdersInput:
    """Ids of orders and of amendments; 1 to 100 in total."""

    idempotency_key: str
    orders: list[strawberry.ID] = strawberry.field(default_factory=list)
    """The ids of proposed orders."""
    amendments: list[strawberry.ID] = strawberry.field(default_factory=list)
    """The ids of proposed changes."""


@strawberry.input(description="Proposals of your retailers to decline: all of them or none.")
class DeclineOrdersInput:
    """Ids of orders and of amendments; 1 to 100 in total."""

    idempotency_key: str
    reason: str
    """The reason, which both partners see."""
    orders: list[strawberry.ID] = strawberry.field(default_factory=list)
    """The ids of proposed orders."""
    amendments: list[strawberry.ID] = strawberry.field(default_factory=list)
    """The ids of proposed changes."""


@strawberry.input(description="What a retailer may state about orders without your confirmation.")
class SetRetailerMayTellInput:
    """Replaces what was set before; `partnership` is an id."""

    partnership: strawberry.ID
    may: list[RetailerWord]  # type: ignore[valid-type]
    """Everything that counts at once; everything else waits for you."""
