"""What clients send about stock; the same key with the same input gives the same answer."""

from __future__ import annotations

import strawberry

from adapters.store.stock.sharing import ChannelKind as StoredKind
from returns_api.types.scalars import URL

ChannelKind = strawberry.enum(
    StoredKind,
    description="How stock reaches a partner: by signed webhooks, or as a file that it fetches.",
)


@strawberry.input(description="What is available of a SKU at one location, whatever was before.")
class StockLevelInput:
    """`location` is its handle."""

    sku: str
    location: str
    available: int
    """Units that you counted there."""


@strawberry.input(description="Counts of stock, all of them or none.")
class SetStockInput:
    """1 to 500 levels; from its first on, a SKU is shared with partners that have a channel."""

    levels: list[StockLevelInput]
    """One for each SKU and location."""
    idempotency_key: str


@strawberry.input(description="Units of one SKU that are kept back from a partner.")
class SkuBufferInput:
    """In place of the channel's own `buffer`."""

    sku: str
    units: int
    """Units that the partner does not see."""


@strawberry.input(description="How a partner is told your stock; replaces what was set before.")
class PutChannelInput:
    """`partner` is a retailer's handle; `address` the `https` address of a webhook."""

    partner: str
    kind: ChannelKind  # type: ignore[valid-type]
    idempotency_key: str
    address: URL | None = None
    """Of a webhook: an `https` URL."""
    buffer: int = 0
    """Units of each SKU that the partner does not see."""
    buffers: list[SkuBufferInput] = strawberry.field(default_factory=list)
    """Units of single SKUs that are kept back, in place of `buffer`."""


@strawberry.input(description="A new secret for a channel.")
class RotateChannelSecretInput:
    """For `keepOldHours` messages carry a signature by the secret before, too."""

    channel: strawberry.ID
    idempotency_key: str
    keep_old_hours: int = 24
    """0 to 168; 0 where the secret before is known to others."""


@strawberry.input(description="A channel to pause, resume or try again.")
class ChannelInput:
    """By its id."""

    channel: strawberry.ID


@strawberry.input(description="A channel that is to be told levels again.")
class ResendFeedsInput:
    """All SKUs, or one."""

    channel: strawberry.ID
    sku: str | None = None


@strawberry.input(description="What you hold of a supplier's SKU.")
class HeldInput:
    """As your own system says it."""

    sku: str
    available: int
    """Units that you hold."""


@strawberry.input(description="What you hold of a supplier's stock, to be compared.")
class ReportStockInput:
    """1 to 500 levels; `supplier` is its handle."""

    supplier: str
    """The handle of the supplier."""
    levels: list[HeldInput]
    """One for each SKU."""
