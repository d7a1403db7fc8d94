"""Hands due feeds to workers, one partner at a time, and records the results.

A whole partner is leased: only one message to it is under way at a time, so that none overtakes
another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.identity.actors import WORKER
from adapters.store.journal.chains import Journal
from adapters.store.records import Status
from adapters.store.stock.raising import Raising
from adapters.store.stock.sharing import (
    ChannelKind,
    Claimed,
    Told,
    channel,
    sides_of,
    subject_of,
)
from adapters.store.stock.tables import StockTables
from adapters.store.tables import Tables, exists, select
from adapters.store.timestamps import given_back, kept, too_far
from engine.stock.delivery import Following, Level, Receipt, following, partnerwide, shared_quantity

Draw = Callable[[], float]


class Sending:
    """Every call runs inside a writing session of the store."""

    def __init__(
        self, tables: Tables, stock: StockTables, journal: Journal, raising: Raising
    ) -> None:
        self._tables = tables
        self._stock = stock
        self._journal = journal
        self._raising = raising
        self._now = raising.now

    def claim(
        self, owner: str, lease: float, most: Mapping[ChannelKind, int], *, well: bool = False
    ) -> Claimed | None:
        """Claims the due feeds of the partner served longest ago for `lease` seconds, with their
        stock.

        Takes at most as many SKUs as the kind of channel allows in one message; with `well`, only
        partners whose last message did not fail. Skips locked rows instead of waiting.
        """
        now, far = kept(self._now()), too_far(self._now())
        free = self._free(now, far)
        if well:
            free = free.filter(lambda c: c.failures == 0)
        for row in free.for_update(skip_locked=True)[:1]:
            row.served_at = now
            told = self._told(row, (now, far), most[ChannelKind(row.kind)])
            if told:
                row.owner, row.leased_until = owner, now + timedelta(seconds=lease)
                return Claimed(channel=channel(row), told=told, as_of=given_back(now))
        return None

    def _free(self, now: datetime, far: datetime) -> Any:
        partnerships, feeds, active = self._tables.Partnership, self._stock.Feed, str(Status.ACTIVE)
        found = select(
            c
            for c in self._stock.Channel
            if c.paused_at is None
            and c.stopped_at is None
            and (c.slow_until is None or c.slow_until <= now or c.slow_until > far)
            and (c.leased_until is None or c.leased_until <= now or c.leased_until > far)
            and exists(p for p in partnerships if p == c.partnership and p.status == active)
            and exists(f for f in feeds if f.channel == c and (f.due <= now or f.due > far))
        )
        return found.order_by(lambda c: (c.served_at, c.id))

    def _told(self, row: Any, at: tuple[datetime, datetime], most: int) -> tuple[Told, ...]:
        now, far = at
        feeds = self._stock.Feed
        due = select(f for f in feeds if f.channel == row and (f.due <= now or f.due > far))
        found = due.order_by(lambda f: (f.due, f.product)).for_update(skip_locked=True)[:most]
        products = [feed.product for feed in found]
        stock = {
            each.product: each
            for each in select(s for s in self._stock.Stock if s.product in products)
        }
        for feed in found:
            feed.sent = stock[feed.product].sequence
        return tuple(_level(row, feed, stock[feed.product]) for feed in found)

    def record(self, taken: Claimed, owner: str, receipts: Sequence[Receipt], draw: Draw) -> bool:
        """Records the receipts of a message; False, with no change, if its lease was lost."""
        supplier = taken.channel.supplier.id
        self._journal.hold(supplier)
        row = self._stock.Channel.get_for_update(id=taken.channel.id)
        if row is None or row.owner != owner:
            return False
        row.owner, row.leased_until = "", None
        self._record_partner(row, receipts, draw)
        parked: dict[str, list[str]] = {}
        for feed, told, receipt in self._answered(row, taken, receipts):
            was = feed.parked
            self._record_feed(feed, told, receipt, draw)
            if feed.parked and feed.parked != was:
                parked.setdefault(feed.parked, []).append(receipt.sku)
        for why, skus in parked.items():
            self._tell(row, "feeds_parked", why=why, skus=skus)
        return True

    def _answered(
        self, row: Any, taken: Claimed, receipts: Sequence[Receipt]
    ) -> list[tuple[Any, Told, Receipt]]:
        products = [each.product for each in taken.told]
        rows = select(
            f for f in self._stock.Feed if f.channel == row and f.product.id in products
        ).for_update()
        found = {each.product.id: each for each in rows}
        pairs = zip(taken.told, receipts, strict=True)
        return [
            (found[told.product], told, receipt) for told, receipt in pairs if told.product in found
        ]

    def _tell(self, row: Any, fact: str, **body: object) -> None:
        self._journal.tell(sides_of(row), WORKER, subject_of(row), fact, **body)

    def _record_partner(self, row: Any, receipts: Sequence[Receipt], draw: Draw) -> None:
        now, after = kept(self._now()), partnerwide(receipts, row.failures, draw)
        row.failures, row.error = after.failures, after.error
        row.error_since = (row.error_since or now) if after.error else None
        row.slow_until = now + timedelta(seconds=after.slow) if after.slow is not None else None
        if not after.error:
            row.succeeded_at = now
        if after.wants_no_more:
            row.stopped_at = now
            self._tell(row, "feeds_stopped", why=after.error)

    def _record_feed(self, feed: Any, told: Told, receipt: Receipt, draw: Draw) -> None:
        now, after = kept(self._now()), following(receipt, feed.attempts, draw)
        feed.attempts, feed.parked = after.attempts, after.parked or ""
        if after.acknowledged:
            feed.error, feed.error_since = "", None
            feed.acked, feed.acked_available = told.level.sequence, told.level.available
            feed.reported = feed.reported_at = None
            newest = feed.want <= told.level.sequence
            feed.behind_since = None if newest else feed.behind_since
            feed.due = None if newest and feed.generation == told.generation else now
            return
        feed.error, feed.error_since = receipt.sentence, feed.error_since or now
        feed.due = _due(after, now)

    def snapshot(self, next_after: Callable[[str], datetime]) -> str | None:
        """Makes one partner's nightly snapshot due; returns its channel's id, or None if none was
        due.

        `next_after` gives the moment of a channel's next snapshot.
        """
        rows, now, far = self._stock.Channel, kept(self._now()), too_far(self._now())
        due = select(
            (c.id, c.partnership.supplier.id)
            for c in rows
            if (c.snapshot_due <= now or c.snapshot_due > far)
            and c.paused_at is None
            and c.stopped_at is None
        ).first()
        if due is None:
            return None
        key, supplier = due
        self._journal.hold(supplier)
        row = rows.get_for_update(id=key)
        if row.snapshot_due <= now or row.snapshot_due > far:
            row.snapshot_due = kept(next_after(key))
            self._raising.snapshot(key)
        return str(key)


def _level(channel_row: Any, feed: Any, stock: Any) -> Told:
    buffer = channel_row.buffer if feed.buffer is None else feed.buffer
    level = Level(
        sku=feed.product.sku,
        available=shared_quantity(stock.available, buffer),
        sequence=stock.sequence,
    )
    return Told(product=feed.product.id, level=level, generation=feed.generation)


def _due(after: Following, now: datetime) -> datetime | None:
    return None if after.wait is None else now + timedelta(seconds=after.wait)
