"""What clients send about orders that are there."""

from __future__ import annotations

import strawberry

from returns_api.types.inputs import NamedDateInput
from returns_api.types.ordering import RetailerWord


@strawberry.input(description="A parcel to the consumer.")
class OrderParcelInput:
    """By which it can be followed."""

    carrier: str
    number: str


@strawberry.input(description="What changes of one line, by its number.")
class OrderLineUpdateInput:
    """`cancel` more units that will never come; `location` is where it was shipped from."""

    line: str
    dates: list[NamedDateInput] | None = None
    cancel: int = 0
    location: str | None = None


@strawberry.input(description="What changes of an order; what is left out stays as it is.")
class UpdateOrderInput:
    """A date of the order holds for all of its lines.

    The same key with the same input gives the same answer.
    """

    order: strawberry.ID
    idempotency_key: str
    dates: list[NamedDateInput] | None = strawberry.field(
        default=None,
        description="Such as `shipped` and `delivered`; what was said at the order stands.",
    )
    tracking: list[OrderParcelInput] | None = None
    country: str | None = None
    lines: list[OrderLineUpdateInput] | None = None
    reason: str | None = strawberry.field(
        default=None, description="Kept in the history; needed where units are cancelled."
    )


@strawberry.input(description="Proposals of your retailers that hold from now on: all or none.")
class ConfirmOrdersInput:
    """Ids of orders, and of amendments; 1 to 100 at once."""

    idempotency_key: str
    orders: list[strawberry.ID] = strawberry.field(default_factory=list)
    amendments: list[strawberry.ID] = strawberry.field(default_factory=list)


@strawberry.input(description="Proposals of your retailers that will not hold: all or none.")
class DeclineOrdersInput:
    """Ids of orders, and of amendments; 1 to 100 at once."""

    idempotency_key: str
    reason: str = strawberry.field(description="For both partners to read.")
    orders: list[strawberry.ID] = strawberry.field(default_factory=list)
    amendments: list[strawberry.ID] = strawberry.field(default_factory=list)


@strawberry.input(description="What holds of orders when a retailer says it.")
class SetRetailerMayTellInput:
    """Replaces what was set before; `partnership` is an id."""

    partnership: strawberry.ID
    may: list[RetailerWord]  # type: ignore[valid-type]
