"""Stock, channels and feeds as the API shows them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from functools import partial

import strawberry

from adapters.identity.principal import Kind
from adapters.store.lists.of_goods import FEEDS
from adapters.store.lists.statements import ListQuery
from adapters.store.stock import records, sharing
from engine.stock.delivery import FeedState as EngineState
from engine.stock.delivery import Parked as EngineParked
from returns_api.context import Context, Info
from returns_api.stock.inputs import ChannelKind
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.pages import Connection, Page, Shown, listed, paged
from returns_api.types.scalars import URL
from returns_api.types.trade import Partner, partner

FeedState = strawberry.enum(EngineState, description="The state of a partner's feed of one SKU.")
Parked = strawberry.enum(
    EngineParked,
    description="Why a SKU is sent again only by the nightly snapshot, or when you request it.",
)


@strawberry.enum(description="The feeds of a channel to list; by default all.")
class FeedFilter(Enum):
    """Only feeds with a problem."""

    BEHIND = "behind"
    """The partner has not acknowledged the newest level."""
    PARKED = "parked"
    """It is not retried automatically."""
    DRIFTING = "drifting"
    """The partner reports a different quantity than it acknowledged."""


@strawberry.type(description="The stock of a SKU at one location.")
class StockPlace:
    """`quarantine` are returned units that wait for an inspection."""

    location: str
    available: int
    """The units that may be sold from there."""
    quarantine: int


@strawberry.type(description="The stock of a SKU; for a retailer, what it may sell of it.")
class Stock:
    """`sequence` rises with each change; `asOf` is the time of this answer."""

    supplier: Partner
    sku: str
    title: str
    available: int
    """The units that may be sold, over all locations."""
    quarantine: int | None
    """The returned units that wait for an inspection; null for retailers."""
    places: list[StockPlace]
    """The stock by location; empty for retailers."""
    shared: bool
    """Whether partners are told: from the first `setStock` of the SKU on."""
    sequence: int
    """Rises with each change of the SKU."""
    changed_at: datetime | None
    """When it last changed, in UTC; null for a product that was never counted or moved."""
    as_of: datetime
    """The time of this answer, in UTC."""


@strawberry.type(description="How far a partner has received your stock, over all SKUs.")
class SyncState:
    """All zero and null if the partner has acknowledged everything."""

    behind: int
    """SKUs whose newest level the partner has not acknowledged."""
    lag_seconds: int
    """The age of the oldest change among these, in seconds."""
    parked: int
    """SKUs that are not sent again automatically."""
    drifting: int
    """SKUs of which the partner reports a different quantity than it acknowledged."""
    error: str | None
    error_since: datetime | None
    last_success_at: datetime | None
    """When the partner last acknowledged something, in UTC."""


@strawberry.type(description="How far a partner has received one SKU.")
class Feed:
    """`available` is what it would be told now; sequences order the messages."""

    sku: str
    state: FeedState  # type: ignore[valid-type]
    available: int
    """The units that the partner would be told now."""
    buffer: int | None
    """The units of this SKU that are held back; null if the channel's buffer applies, and for
    retailers.
    """
    sequence_wanted: int
    """The sequence that the partner should have."""
    sequence_sent: int
    """The sequence that was sent last."""
    sequence_acknowledged: int
    """The sequence that the partner last acknowledged."""
    available_acknowledged: int | None
    """The units that the partner last acknowledged; null before the first."""
    attempts: int
    """How often the newest level was tried."""
    next_try_at: datetime | None
    """When it is tried next, in UTC; null if nothing waits."""
    parked: Parked | None  # type: ignore[valid-type]
    """Why it is not sent again automatically; null if it is."""
    error: str | None
    error_since: datetime | None
    available_reported: int | None
    """The units that the partner reports, if they differ."""
    reported_at: datetime | None
    """When the partner reported them, in UTC."""


@strawberry.type(description="Units of one SKU that are held back from a partner.")
class SkuBuffer:
    """Overrides the channel's own."""

    sku: str
    units: int
    """The units that the partner does not see."""


@strawberry.type(description="A channel that tells a retailer a supplier's stock.")
class Channel(Node):
    """Its secret is shown once, when it is made; compare it by `secretFingerprint`."""

    found: strawberry.Private[sharing.Channel]
    of_supplier: strawberry.Private[bool]
    supplier: Partner
    retailer: Partner
    kind: ChannelKind  # type: ignore[valid-type]
    address: URL | None
    """For a webhook: the URL that messages are sent to."""
    file: str | None
    """For a CSV channel: the path of the file in the folder for files."""
    secret_fingerprint: str | None
    """A fingerprint of the secret, to compare with yours."""
    old_secret_until: datetime | None
    """Until when the old secret also signs, in UTC; null if it does not."""
    buffer: int | None
    """The units of each SKU that are held back; null for retailers."""
    paused_at: datetime | None
    """When its supplier paused it, in UTC; null if it is not paused."""
    stopped_at: datetime | None
    """When the partner stopped it; `retryFeeds` opens it again."""
    slow_until: datetime | None
    """Until when nothing is sent after failures, in UTC."""
    next_snapshot_at: datetime
    """When all levels are sent next, in UTC."""

    @described("Units of single SKUs that are held back; empty for retailers.")
    def buffers(self, info: Info) -> list[SkuBuffer]:
        if not self.of_supplier:
            return []
        found = info.context.store.channels.buffers(self.found.id)
        return [SkuBuffer(sku=sku, units=units) for sku, units in found.items()]

    @described("How far the partner has received the stock, over all SKUs.")
    def sync(self, info: Info) -> SyncState:
        return _sync(info.context, self.found)

    @paged(
        "How far the partner has received each SKU, in the order in which SKUs were declared.",
        also_page=True,
    )
    def feeds(
        self,
        info: Info,
        only: FeedFilter | None = None,
        sku: str | None = None,
        page: Page | None = None,
    ) -> Connection[Feed]:
        context, key = info.context, self.found.id
        filters = {"channel": key, **({str(only.value): True} if only else {})}
        if sku is not None:
            filters["sku"] = sku
        asked = ListQuery(principal=context.principal, sort="DECLARED", filters=filters)
        shown = Shown(
            read=partial(context.store.feeds.of, key),
            show=partial(_feed, of_supplier=self.of_supplier),
        )
        return listed(context, FEEDS, asked, page, shown)


def stock(context: Context, found: records.StockItem) -> Stock:
    """Converts a supplier's own stock."""
    return Stock(
        supplier=partner(context.store.partners.own(context.principal)),
        sku=found.sku,
        title=found.title,
        available=found.available,
        quarantine=found.quarantine,
        places=[
            StockPlace(location=each.location, available=each.available, quarantine=each.quarantine)
            for each in found.places
        ],
        shared=found.counted,
        sequence=found.sequence,
        changed_at=found.changed_at,
        as_of=context.now(),
    )


def shared_stock(context: Context, found: sharing.Shared) -> Stock:
    """Converts the stock that a retailer may sell."""
    return Stock(
        supplier=partner(found.supplier),
        sku=found.sku,
        title=found.title,
        available=found.available,
        quarantine=None,
        places=[],
        shared=True,
        sequence=found.sequence,
        changed_at=found.changed_at,
        as_of=context.now(),
    )


def channel(context: Context, found: sharing.Channel) -> Channel:
    """Converts a channel as one of its two partners sees it."""
    of_supplier = context.principal.kind is Kind.SUPPLIER
    is_file = found.kind is sharing.ChannelKind.CSV
    until = found.old_until
    return Channel(
        id=encode(NodeKind.CHANNEL, found.id),
        found=found,
        of_supplier=of_supplier,
        supplier=partner(found.supplier),
        retailer=partner(found.retailer),
        kind=found.kind,
        address=URL(found.address) if found.address else None,
        file=f"{found.supplier.handle}/{found.retailer.handle}.csv" if is_file else None,
        secret_fingerprint=found.fingerprint or None,
        old_secret_until=until if until and until > context.now() else None,
        buffer=found.buffer if of_supplier else None,
        paused_at=found.paused_at,
        stopped_at=found.stopped_at,
        slow_until=found.slow_until,
        next_snapshot_at=found.snapshot_due,
    )


def _sync(context: Context, found: sharing.Channel) -> SyncState:
    said = context.store.feeds.sync([found.id])[found.id]
    since = said.behind_since
    return SyncState(
        behind=said.behind,
        lag_seconds=int((context.now() - since).total_seconds()) if since else 0,
        parked=said.parked,
        drifting=said.drifting,
        error=found.error or None,
        error_since=found.error_since,
        last_success_at=found.succeeded_at,
    )


def _feed(found: sharing.Feed, *, of_supplier: bool) -> Feed:
    return Feed(
        sku=found.sku,
        state=found.state,
        available=found.available,
        buffer=found.buffer if of_supplier else None,
        sequence_wanted=found.want,
        sequence_sent=found.sent,
        sequence_acknowledged=found.acked,
        available_acknowledged=found.acked_available,
        attempts=found.attempts,
        next_try_at=found.due,
        parked=found.parked,
        error=found.error or None,
        error_since=found.error_since,
        available_reported=found.reported,
        reported_at=found.reported_at,
    )
