"""Opens, changes, pauses, resends and lists a supplier's channels, for operators.

Each call opens the store named by the settings and closes it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.identity.principal import Kind, Principal
from adapters.store.database import Store
from adapters.store.lists.of_goods import CHANNELS
from adapters.store.lists.statements import ListQuery
from adapters.store.stock.sharing import Channel, ChannelKind, Sync
from engine.errors import RequestFault
from services.stock.opening import Asked, check_asked, open_channel, rotate_secret
from takeback.components import channels_of
from takeback.partners import known, opened
from takeback.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A channel, and how far its partner is up to date."""

    channel: Channel
    sync: Sync


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Changes of a channel; None, and SKUs not named, leave it as it is."""

    address: str | None
    buffer: int | None
    buffers: Mapping[str, int]


Act = Callable[[Store, Principal, str], Channel]
"""Changes a supplier's channel, given by its id."""


def open_feeds(
    settings: Settings, by: str, retailer: str, said: Said
) -> tuple[Channel, str | None]:
    """Opens or changes the channel to a retailer; returns it and a new secret, if one was made."""
    opener = channels_of(settings)
    with opened(settings) as store:
        supplier = store.partners.acting(known(store, by, Kind.SUPPLIER))
        asked = _asked(store, supplier, retailer, said)
    check_asked(supplier, opener, asked)
    with opened(settings) as store:
        found, secret = open_channel(store, supplier, opener, asked)
    opener.close_file(found)
    return found, secret


def _asked(store: Store, supplier: Principal, retailer: str, said: Said) -> Asked:
    """Returns the channel's settings: as before, except for what is given."""
    before = _between(store, supplier, retailer)
    was = before.address if before else ""
    address = was if said.address is None else said.address
    kept = before.buffer if before else 0
    return Asked(
        partner=retailer,
        kind=ChannelKind.WEBHOOK if address else ChannelKind.CSV,
        address=address,
        buffer=kept if said.buffer is None else said.buffer,
        buffers={**(store.channels.buffers(before.id) if before else {}), **said.buffers},
    )


def new_secret(settings: Settings, by: str, retailer: str, keep_old_hours: int) -> str:
    """Makes a new secret for the channel to a retailer; the old one signs too for some hours."""
    opener = channels_of(settings)
    with opened(settings) as store:
        acting = store.partners.acting(known(store, by, Kind.SUPPLIER))
        key = _channel(store, acting, retailer).id
        return rotate_secret(store, acting, opener, key, keep_old_hours)[1]


def act(settings: Settings, by: str, retailer: str, what: Act) -> Channel:
    """Applies a change to the channel to a retailer."""
    with opened(settings) as store:
        acting = store.partners.acting(known(store, by, Kind.SUPPLIER))
        return what(store, acting, _channel(store, acting, retailer).id)


def standings(settings: Settings, by: str) -> tuple[Standing, ...]:
    """Returns every channel of a partner, on either side."""
    with opened(settings) as store:
        found = _channels(store, store.partners.acting(known(store, by)))
        syncs = store.feeds.sync([each.id for each in found])
        return tuple(Standing(channel=each, sync=syncs.get(each.id, Sync())) for each in found)


def _channels(store: Store, acting: Principal) -> tuple[Channel, ...]:
    keys = tuple(store.lists.every(CHANNELS, ListQuery(principal=acting, sort="HANDLE")))
    found = store.channels.some(keys)
    return tuple(found[key] for key in keys)


def _channel(store: Store, acting: Principal, retailer: str) -> Channel:
    found = _between(store, acting, retailer)
    if found is None:
        said = f"There is no channel to `{retailer[:60]}`; `takeback feeds open` opens one."
        raise RequestFault("not_found", said)
    return found


def _between(store: Store, acting: Principal, retailer: str) -> Channel | None:
    channels = _channels(store, acting)
    return next((each for each in channels if each.retailer.handle == retailer), None)
