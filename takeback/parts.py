"""What a server and its workers are made of, by the settings."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.channels.opening import ChannelOpener
from adapters.identity.vault import Vault
from adapters.store.database import Store, open_store, utc_now
from returns_api.context import Clock
from services.payments.gateways import Gateways
from takeback.sealing import vault_of
from takeback.settings import Profile, Settings, policies_folder
from takeback.wiring import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """One of each, shared by all threads of a process."""

    store: Store
    library: Library
    vault: Vault
    gateways: Gateways
    channels: ChannelOpener
    now: Clock = utc_now

    def close(self) -> None:
        """Closes what is open in this thread."""
        self.library.close()
        self.store.close()


def made(settings: Settings, now: Clock = utc_now) -> Parts:
    """The parts by the settings, all with one clock."""
    vault = vault_of(settings)
    store = open_store(settings.database, now)
    library = Library(policies_folder(), settings.policy_memory)
    gateways = Gateways(
        store, vault, platform=settings.stripe_platform_key, base=settings.stripe_api_base
    )
    return Parts(
        store=store,
        library=library,
        vault=vault,
        gateways=gateways,
        channels=_channels(settings, vault),
        now=now,
    )


def _channels(settings: Settings, vault: Vault) -> ChannelOpener:
    return ChannelOpener(
        vault=vault,
        folder=settings.feeds,
        loopback=settings.profile is Profile.DEVELOPMENT,
        snapshot_hour=settings.snapshot_hour,
    )
