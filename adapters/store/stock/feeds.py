"""The state of each partner's feed of a SKU for both sides, and the stock that partners report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.identity.principal import Principal
from adapters.store.journal.chains import Journal
from adapters.store.records import Status
from adapters.store.stock.raising import Raising
from adapters.store.stock.sharing import (
    Feed,
    Shared,
    Sync,
    feed,
    shared,
    sides_of,
    subject_of,
)
from adapters.store.stock.tables import StockTables
from adapters.store.tables import count, minimum, select
from adapters.store.timestamps import given_back, kept
from engine.errors import RequestFault
from engine.stock.delivery import shared_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The quantity of a SKU that a partner reports."""

    sku: str
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDifference:
    """A SKU of which a partner reports another quantity than it acknowledged."""

    sku: str
    reported: int
    acknowledged: int


class Feeds:
    """Every call runs inside a session of the store."""

    def __init__(self, stock: StockTables, journal: Journal, raising: Raising) -> None:
        self._stock = stock
        self._journal = journal
        self._now = raising.now

    def of(self, channel: str, keys: Collection[int]) -> dict[int, Feed]:
        """Feeds of a channel by the keys of their products; unscoped: no tenant check."""
        rows, wanted = self._stock.Feed, list(keys)
        found = select(f for f in rows if f.channel.id == channel and f.product.id in wanted)
        return self._shown(found if wanted else (), lambda row, _, units: feed(row, units))

    def sync(self, channels: Sequence[str]) -> Mapping[str, Sync]:
        """The state of each channel; zeros if it has no feeds behind, parked or drifting."""
        rows, keys = self._stock.Feed, list(channels)
        behind = select(
            (f.channel.id, count(), minimum(f.behind_since))
            for f in rows
            if f.channel.id in keys and f.acked < f.want
        )
        parked = select(
            (f.channel.id, count()) for f in rows if f.channel.id in keys and f.parked != ""
        )
        drifting = select(
            (f.channel.id, count()) for f in rows if f.channel.id in keys and f.reported is not None
        )
        late = {key: (many, since) for key, many, since in behind}
        stuck, other = dict(parked), dict(drifting)
        return {
            key: Sync(
                behind=late.get(key, (0, None))[0],
                behind_since=given_back(late[key][1]) if key in late else None,
                parked=stuck.get(key, 0),
                drifting=other.get(key, 0),
            )
            for key in keys
        }

    # --- for retailers ----------------------------------------------------------------------------

    def shared(self, principal: Principal, keys: Collection[int]) -> dict[int, Shared]:
        """What a retailer may sell, by product key; only products that are shared with it."""
        rows, tenant, active = self._stock.Feed, principal.tenant, str(Status.ACTIVE)
        wanted = list(keys)
        found = select(
            f
            for f in rows
            if f.want > 0
            and f.product.id in wanted
            and f.channel.partnership.retailer.id == tenant
            and f.channel.partnership.status == active
        )
        return self._shown(found if wanted else (), shared)

    def report(
        self, principal: Principal, supplier: str, said: Iterable[Reported]
    ) -> tuple[StockDifference, ...]:
        """Records and returns SKUs of which a partner reports another quantity than it
        acknowledged.

        Nothing is sent: a person looks first, or the stock changes. SKUs whose newest level the
        partner has not acknowledged are skipped. Raises `RequestFault` `not_found` without a
        channel.
        """
        levels = {each.sku: each.available for each in said}
        row = self._told_by(principal, supplier)
        self._journal.hold(row.partnership.supplier.id)
        skus = list(levels)
        feeds = select(
            f for f in self._stock.Feed if f.channel == row and f.want > 0 and f.product.sku in skus
        ).for_update()
        found = [
            different
            for each in feeds.order_by(lambda f: f.product)
            if each.acked >= each.want and (different := self._compared(each, levels)) is not None
        ]
        told = {"skus": len(levels), "different": [each.sku for each in found]}
        self._journal.tell(sides_of(row), principal.by, subject_of(row), "stock_reported", **told)
        return tuple(found)

    def _compared(self, row: Any, levels: Mapping[str, int]) -> StockDifference | None:
        reported = levels[row.product.sku]
        same = reported == row.acked_available
        row.reported = None if same else reported
        row.reported_at = None if same else kept(self._now())
        if same:
            return None
        return StockDifference(
            sku=row.product.sku, reported=reported, acknowledged=row.acked_available
        )

    def _told_by(self, principal: Principal, supplier: str) -> Any:
        row = select(
            c
            for c in self._stock.Channel
            if c.partnership.retailer.id == principal.tenant
            and c.partnership.supplier.handle == supplier
        ).first()
        if row is None:
            raise RequestFault("not_found", "No such partner shares stock with you.", "supplier")
        return row

    def _shown(self, found: Iterable[Any], show: Any) -> dict[int, Any]:
        """Converts each feed, with its stock and the quantity that its partner sees."""
        feeds = list(found)
        keys = [row.product.id for row in feeds]
        stock = {each.product.id: each for each in self._stock_of(keys)}
        return {
            key: show(row, stock[key], shared_quantity(stock[key].available, _kept_back(row)))
            for key, row in zip(keys, feeds, strict=True)
        }

    def _stock_of(self, keys: list[int]) -> Iterable[Any]:
        return select(s for s in self._stock.Stock if s.product.id in keys) if keys else ()


def _kept_back(row: Any) -> int:
    return int(row.channel.buffer if row.buffer is None else row.buffer)
