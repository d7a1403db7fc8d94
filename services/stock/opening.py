"""Suppliers open the channels that tell partners their stock, and give them secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from adapters.channels.opening import ChannelOpener
from adapters.identity.principal import Principal, Scope
from adapters.store.database import Store
from adapters.store.stock.channels import Wanted
from adapters.store.stock.sharing import Channel, ChannelKind
from engine.errors import RequestFault

MOST_BUFFERS: Final = 500
MOST_HOURS: Final = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a retailer (by handle) should be told a supplier's stock."""

    partner: str
    kind: ChannelKind
    address: str = ""
    buffer: int = 0
    buffers: Mapping[str, int] = field(default_factory=dict)


def check_asked(principal: Principal, opener: ChannelOpener, asked: Asked) -> None:
    """Raises `RequestFault` for an invalid channel; asks name servers, so hold no locks."""
    principal.must(Scope.RUN_FEEDS)
    if len(asked.buffers) > MOST_BUFFERS:
        raise RequestFault("wrong_size", f"At most {MOST_BUFFERS} buffers.", "buffers")
    opener.check(asked.kind, asked.address)


def open_channel(
    store: Store, principal: Principal, opener: ChannelOpener, asked: Asked
) -> tuple[Channel, str | None]:
    """Creates or changes the channel; returns it, and a new secret if one was made, shown once.

    Call it inside `atomic`, after `check_asked`. The caller closes the previous file, if any, once
    the transaction is committed.
    """
    wanted = Wanted(
        retailer=asked.partner,
        kind=asked.kind,
        address=asked.address,
        buffer=asked.buffer,
        buffers=asked.buffers,
        snapshot_due=opener.next_snapshot(f"{principal.tenant} {asked.partner}", store.now()),
    )
    found = store.channels.put(principal, wanted)
    if asked.kind is not ChannelKind.WEBHOOK or found.secret:
        return found, None
    return _with_new_secret(store, principal, opener, (found, 0))


def rotate_secret(
    store: Store, principal: Principal, opener: ChannelOpener, key: str, keep_old_hours: int
) -> tuple[Channel, str]:
    """Makes a new secret, shown once; the old one also signs for some hours. Inside `atomic`."""
    principal.must(Scope.RUN_FEEDS)
    if not 0 <= keep_old_hours <= MOST_HOURS:
        raise RequestFault("wrong_hours", f"0 to {MOST_HOURS} hours.", "keepOldHours")
    found = store.channels.visible(principal, key)
    if found is None:
        raise RequestFault("not_found", "There is no such channel of yours.", "channel")
    if not found.secret:
        raise RequestFault("no_secret", "Files are not signed.", "channel")
    return _with_new_secret(store, principal, opener, (found, keep_old_hours))


def _with_new_secret(
    store: Store, principal: Principal, opener: ChannelOpener, of: tuple[Channel, int]
) -> tuple[Channel, str]:
    found, hours = of
    secret = opener.new_secret(found)
    kept = store.channels.keep_secret(principal, found.id, secret.kept, timedelta(hours=hours))
    return kept, secret.shown
