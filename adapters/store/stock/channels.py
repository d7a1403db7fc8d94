"""Channels: which partner receives a supplier's stock, and how; none does by default."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.identity.principal import Principal
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.stock.raising import Raising
from adapters.store.stock.sharing import Channel, ChannelKind, channel, sides_of, subject_of
from adapters.store.stock.tables import StockTables
from adapters.store.tables import Tables, select
from adapters.store.timestamps import kept
from engine.errors import RequestFault

MOST_BUFFER: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A channel to be set: `buffers` hold back units of single SKUs, `buffer` of each other SKU.

    The caller has checked the address.
    """

    retailer: str
    kind: ChannelKind
    address: str = ""
    buffer: int = 0
    buffers: Mapping[str, int] = field(default_factory=dict)
    snapshot_due: datetime

    @property
    def told(self) -> dict[str, object]:
        """The journal entry's fields; the path of an address may be a secret, so only its host is
        told.
        """
        parts = urlsplit(self.address)
        host = f"{parts.scheme}://{parts.netloc}" if self.address else ""
        return {"kind": self.kind, "host": host, "buffer": self.buffer}


class Channels:
    """Every call runs inside a session of the store, those that change inside a writing one."""

    def __init__(
        self, tables: Tables, stock: StockTables, journal: Journal, raising: Raising
    ) -> None:
        self._tables = tables
        self._stock = stock
        self._journal = journal
        self._raising = raising
        self._now = raising.now

    # --- for both sides ---------------------------------------------------------------------------

    def some(self, keys: Collection[str]) -> dict[str, Channel]:
        """Channels by key; unscoped: no tenant check."""
        rows, wanted = self._stock.Channel, list(keys)
        found = select(c for c in rows if c.id in wanted) if wanted else ()
        return {row.id: channel(row) for row in found}

    def visible(self, principal: Principal, key: str) -> Channel | None:
        """Returns a channel of which the principal is either side, or None."""
        row = self._stock.Channel.get(id=key)
        if row is None:
            return None
        found = channel(row)
        return found if principal.tenant in (found.supplier.id, found.retailer.id) else None

    def buffers(self, key: str) -> Mapping[str, int]:
        """The units of single SKUs that are held back from a partner."""
        rows = self._stock.Feed
        found = select(
            (f.product.sku, f.buffer) for f in rows if f.channel.id == key and f.buffer is not None
        )
        return dict(sorted(found))

    # --- for suppliers ----------------------------------------------------------------------------

    def put(self, principal: Principal, wanted: Wanted) -> Channel:
        """Adds or changes the channel to a retailer, given by handle.

        A new address gets all levels. Raises `RequestFault` `not_found` for a retailer that is no
        partner, `unknown_sku`, or `wrong_buffer`.
        """
        self._journal.hold(principal.tenant)
        partnership = self._partnership(principal, wanted.retailer)
        row = self._stock.Channel.get_for_update(partnership=partnership)
        made = row is None
        if row is None:
            row = self._made(partnership, wanted)
        elif (row.kind, row.address) != (wanted.kind, wanted.address):
            self._moved(row, wanted)
        if self._buffered(row, wanted) and not made:
            self._raising.renumber(principal.tenant, row.id)
        self._told(principal, row, "channel_put", **wanted.told)
        return channel(row)

    def _partnership(self, principal: Principal, retailer: str) -> Any:
        rows = self._tables.Partnership
        found = select(
            p for p in rows if p.supplier.id == principal.tenant and p.retailer.handle == retailer
        ).first()
        if found is None:
            raise RequestFault("not_found", "You have no such partner.", "partner")
        return found

    def _made(self, partnership: Any, wanted: Wanted) -> Any:
        row = self._stock.Channel(
            id=new_id(),
            partnership=partnership,
            kind=wanted.kind,
            address=wanted.address,
            snapshot_due=kept(wanted.snapshot_due),
            served_at=kept(self._now()),
        )
        self._raising.open(partnership.supplier.id, row)
        return row

    def _moved(self, row: Any, wanted: Wanted) -> None:
        """Drops the lease of a message to the old address, and sends everything to the new one."""
        row.kind, row.address = wanted.kind, wanted.address
        row.owner, row.leased_until = "", None
        _well(row)
        self._raising.resend(row.id)

    def _buffered(self, row: Any, wanted: Wanted) -> bool:
        """Sets the buffers; returns whether that changes what the partner sees."""
        paths = ["buffer", *(f"buffers[{index}].units" for index in range(len(wanted.buffers)))]
        for path, units in zip(paths, (wanted.buffer, *wanted.buffers.values()), strict=True):
            if not 0 <= units <= MOST_BUFFER:
                said = f"A buffer has 0 to {MOST_BUFFER:,} units."
                raise RequestFault("wrong_buffer", said, path)
        if (row.buffer, self.buffers(row.id)) == (wanted.buffer, dict(wanted.buffers)):
            return False
        row.buffer = wanted.buffer
        self._raising.buffers(row, wanted.buffers)
        return True

    def keep_secret(
        self, principal: Principal, key: str, sealed: tuple[str, str], old: timedelta
    ) -> Channel:
        """Stores a channel's new sealed secret and fingerprint; the old one also signs for `old`.

        Raises `RequestFault` `not_found`.
        """
        row = self._own(principal, key)
        if row.secret:
            row.old_secret, row.old_until = row.secret, kept(self._now() + old)
        row.secret, row.fingerprint = sealed
        self._told(principal, row, "channel_secret", fingerprint=row.fingerprint)
        return channel(row)

    def pause(self, principal: Principal, key: str) -> Channel:
        """Sends the partner nothing more until the channel is resumed."""
        row = self._own(principal, key)
        row.paused_at = row.paused_at or kept(self._now())
        self._told(principal, row, "feeds_paused")
        return channel(row)

    def resume(self, principal: Principal, key: str) -> Channel:
        """Sends the partner what changed since the pause."""
        row = self._own(principal, key)
        row.paused_at = None
        self._told(principal, row, "feeds_resumed")
        return channel(row)

    def retry(self, principal: Principal, key: str) -> Channel:
        """Retries failed and parked feeds at once, even if the partner wanted no more."""
        row = self._own(principal, key)
        _well(row)
        self._raising.retry(row.id)
        self._told(principal, row, "feeds_retried")
        return channel(row)

    def resend(self, principal: Principal, key: str, sku: str | None = None) -> Channel:
        """Sends the partner the level of a SKU, or all levels, again as a new message.

        Raises `RequestFault` `unknown_sku` for one that is not shared with it.
        """
        row = self._own(principal, key)
        if self._raising.resend(row.id, sku) == 0 and sku is not None:
            raise RequestFault(
                "unknown_sku", f"`{sku[:60]}` is not shared with this partner.", "sku"
            )
        self._told(principal, row, "feeds_resent", sku=sku)
        return channel(row)

    def _own(self, principal: Principal, key: str) -> Any:
        self._journal.hold(principal.tenant)
        row = self._stock.Channel.get_for_update(id=key)
        if row is None or row.partnership.supplier.id != principal.tenant:
            raise RequestFault("not_found", "There is no such channel of yours.", "channel")
        return row

    def _told(self, principal: Principal, row: Any, fact: str, **body: object) -> None:
        self._journal.tell(sides_of(row), principal.by, subject_of(row), fact, **body)


def _well(row: Any) -> None:
    row.stopped_at = row.slow_until = row.error_since = None
    row.failures, row.error = 0, ""
