"""Inputs about stock; the same idempotency key with the same input gives the same answer."""

from __future__ import annotations

import strawberry

from adapters.store.stock.sharing import ChannelKind as StoredKind
from returns_api.types.scalars import URL

ChannelKind = strawberry.enum(
    StoredKind,
    description="How stock reaches a partner: by signed webhooks, or as a file that it downloads.",
)


@strawberry.input(
    description="The available units of a SKU at one location; replaces the previous level."
)
class StockLevelInput:
    """`location` is its handle."""

    sku: str
    location: str
    available: int
    """The units that you counted there."""


@strawberry.input(description="Counted stock levels, all of them or none.")
class SetStockInput:
    """1 to 500 levels; from its first level on, a SKU is shared with partners that have
    a channel.
    """

    levels: list[StockLevelInput]
    """One level for each SKU and location."""
    idempotency_key: str


@strawberry.input(description="Units of one SKU that are held back from a partner.")
class SkuBufferInput:
    """Overrides the channel's own `buffer`."""

    sku: str
    units: int
    """The units that the partner does not see."""


@strawberry.input(
    description="The channel that tells a partner your stock; replaces what was set before."
)
class PutChannelInput:
    """`partner` is a retailer's handle; `address` the `https` address of a webhook."""

    partner: str
    kind: ChannelKind  # type: ignore[valid-type]
    idempotency_key: str
    address: URL | None = None
    """The `https` URL of a webhook."""
    buffer: int = 0
    """Units of each SKU that the partner does not see."""
    buffers: list[SkuBufferInput] = strawberry.field(default_factory=list)
    """Units of single SKUs that are held back, instead of `buffer`."""


@strawberry.input(description="A new secret for a channel.")
class RotateChannelSecretInput:
    """For `keepOldHours` hours, messages are also signed with the old secret."""

    channel: strawberry.ID
    idempotency_key: str
    keep_old_hours: int = 24
    """Hours for which the old secret also signs, 0 to 168; 0 if it is known to others."""


@strawberry.input(description="A channel to pause, resume or try again.")
class ChannelInput:
    """Named by its id."""

    channel: strawberry.ID


@strawberry.input(description="A channel to send levels again.")
class ResendFeedsInput:
    """Of all SKUs, or of one."""

    channel: strawberry.ID
    sku: str | None = None


@strawberry.input(description="The units that you hold of a supplier's SKU.")
class HeldInput:
    """By your own system."""

    sku: str
    available: int
    """The units that you hold."""


@strawberry.input(description="Your view of a supplier's stock, to compare it.")
class ReportStockInput:
    """1 to 500 levels; `supplier` is its handle."""

    supplier: str
    """The handle of the supplier."""
    levels: list[HeldInput]
    """One level for each SKU."""
