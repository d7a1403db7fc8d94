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
    """The number by which the carrier follows it."""


@strawberry.input(description="What changes of one line, by its number.")
class OrderLineUpdateInput:
    """`cancel` more units that will never come; `location` is where it was shipped from."""

    line: str
    """The number of the line."""
    dates: list[NamedDateInput] | None = None
    cancel: int = 0
    """Further units that will never come."""
    location: str | None = None
    """The handle of the location that it ships from."""


@strawberry.input(description="What changes of an order; what is left out stays as it is.")
class UpdateOrderInput:
    """A date of the order holds for all of its lines.

    The same key with the same input gives the same answer.
    """

    order: strawberry.ID
    """The id of the order."""
    idempotency_key: str
    dates: list[NamedDateInput] | None = None
    """Such as `shipped` and `delivered`; what was said at the order stands."""
    tracking: list[OrderParcelInput] | None = None
    """Parcels to the consumer."""
    country: str | None = None
    lines: list[OrderLineUpdateInput] | None = None
    """What changes of single lines."""
    reason: str | None = None
    """Kept in the history; needed where units are cancelled."""


@strawberry.input(description="Proposals of your retailers that hold from now on: all or none.")
class ConfirmOrdersInput:
    """Ids of orders, and of amendments; 1 to 100 at once."""

    idempotency_key: str
    orders: list[strawberry.ID] = strawberry.field(default_factory=list)
    """The ids of orders that were proposed."""
    amendments: list[strawberry.ID] = strawberry.field(default_factory=list)
    """The ids of changes that were proposed."""


@strawberry.input(description="Proposals of your retailers that will not hold: all or none.")
class DeclineOrdersInput:
    """Ids of orders, and of amendments; 1 to 100 at once."""

    idempotency_key: str
    reason: str
    """For both partners to read."""
    orders: list[strawberry.ID] = strawberry.field(default_factory=list)
    """The ids of orders that were proposed."""
    amendments: list[strawberry.ID] = strawberry.field(default_factory=list)
    """The ids of changes that were proposed."""


@strawberry.input(description="What holds of orders when a retailer says it.")
class SetRetailerMayTellInput:
    """Replaces what was set before; `partnership` is an id."""

    partnership: strawberry.ID
    may: list[RetailerWord]  # type: ignore[valid-type]
    """All that holds at once; what is left out waits for you."""
