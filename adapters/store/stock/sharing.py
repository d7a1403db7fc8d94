"""Immutable records of channels and feeds that outlive the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from adapters.store import reading
from adapters.store.journal.kinds import Sides
from adapters.store.records import Partner
from adapters.store.timestamps import given_back
from engine.stock.delivery import FeedState, Level, Message, Parked, message_id, state_of


class ChannelKind(StrEnum):
    """How stock reaches a partner."""

    WEBHOOK = "webhook"
    """Signed messages to a URL."""
    CSV = "csv"
    """A file that the partner fetches."""


def channel_seal(key: str) -> str:
    """The name that a channel's secrets are sealed for."""
    return f"channel:{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """How a retailer receives a supplier's stock; its secrets are sealed."""

    id: str
    supplier: Partner
    retailer: Partner
    kind: ChannelKind
    address: str
    secret: str
    fingerprint: str
    old_secret: str
    old_until: datetime | None
    buffer: int
    paused_at: datetime | None
    stopped_at: datetime | None
    slow_until: datetime | None
    failures: int
    error: str
    error_since: datetime | None
    succeeded_at: datetime | None
    snapshot_due: datetime

    @property
    def sealed_for(self) -> str:
        """The name that its secrets are sealed for, so that they open in no other row."""
        return channel_seal(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The state of one partner's feed of a SKU; `available` is what would be sent now."""

    channel: str
    sku: str
    state: FeedState
    available: int
    want: int
    sent: int
    acked: int
    acked_available: int | None
    buffer: int | None
    attempts: int
    due: datetime | None
    parked: Parked | None
    error: str
    error_since: datetime | None
    reported: int | None
    reported_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A SKU as a retailer sees it: how much it may sell, and since when."""

    supplier: Partner
    sku: str
    title: str
    available: int
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """The state of a partner as a whole; `behind_since` is its oldest unacknowledged change."""

    behind: int = 0
    behind_since: datetime | None = None
    parked: int = 0
    drifting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A level to be sent, and how often it was asked to be resent."""

    product: int
    level: Level
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What one worker sends to one partner, with the stock at this moment."""

    channel: Channel
    told: tuple[Told, ...]
    as_of: datetime

    @property
    def message(self) -> Message:
        """The message for the channel."""
        said = [(each.level, each.generation) for each in self.told]
        return Message(
            id=message_id(self.channel.id, said),
            supplier=self.channel.supplier.handle,
            as_of=self.as_of.isoformat(),
            levels=tuple(each.level for each in self.told),
        )


def channel(row: Any) -> Channel:
    """Reads an entity, inside a session."""
    names = ("id", "address", "secret", "fingerprint", "old_secret", "buffer", "failures", "error")
    moments = ("old_until", "paused_at", "stopped_at", "slow_until", "error_since", "succeeded_at")
    return Channel(
        supplier=reading.partner(row.partnership.supplier),
        retailer=reading.partner(row.partnership.retailer),
        kind=ChannelKind(row.kind),
        snapshot_due=given_back(row.snapshot_due),
        **{name: getattr(row, name) for name in names},
        **{name: _moment(getattr(row, name)) for name in moments},
    )


def sides_of(row: Any) -> Sides:
    """The sides of a channel's journal entries, from its entity."""
    return Sides.between(row.partnership.supplier.id, row.partnership.retailer.id)


def subject_of(row: Any) -> str:
    """The subject of a channel's journal entries, from its entity."""
    return f"channel:{row.id}"


def feed(row: Any, available: int) -> Feed:
    """Reads an entity, inside a session, with the quantity that the partner would get now."""
    names = ("want", "sent", "acked", "acked_available", "buffer", "attempts", "error", "reported")
    return Feed(
        channel=row.channel.id,
        sku=row.product.sku,
        state=state_of(
            want=row.want,
            acked=row.acked,
            attempts=row.attempts,
            paused=row.channel.paused_at is not None,
            parked=bool(row.parked) or row.channel.stopped_at is not None,
        ),
        available=available,
        parked=Parked(row.parked) if row.parked else None,
        **{name: getattr(row, name) for name in names},
        **{name: _moment(getattr(row, name)) for name in ("due", "error_since", "reported_at")},
    )


def shared(row: Any, stock: Any, available: int) -> Shared:
    """Reads the entities of a feed and of its stock, inside a session."""
    return Shared(
        supplier=reading.partner(row.channel.partnership.supplier),
        sku=row.product.sku,
        title=row.product.title,
        available=available,
        sequence=stock.sequence,
        changed_at=given_back(stock.changed_at),
    )


def _moment(found: datetime | None) -> Any:
    return given_back(found) if found is not None else None
