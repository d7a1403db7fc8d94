"""What a server and its workers are made of, by the settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.channels.opening import ChannelOpener
from adapters.files.opening import open_files
from adapters.files.port import Files, NoFiles
from adapters.identity.vault import Vault
from adapters.store.database import Store, open_store, utc_now
from adapters.store.place.address import SqliteFile
from returns_api.context import Clock
from services.payments.gateways import Gateways
from takeback.sealing import says_what_stays_closed, vault_of
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
    files: Files = field(default_factory=NoFiles)
    now: Clock = utc_now

    def close(self) -> None:
        """Closes what is open in this thread."""
        self.library.close()
        self.store.close()


def made(settings: Settings, now: Clock = utc_now) -> Parts:
    """The parts by the settings, all with one clock."""
    vault = vault_of(settings)
    store = open_store(settings.database, now)
    says_what_stays_closed(vault, store)
    library = Library(policies_folder(), settings.policy_memory)
    return Parts(
        store=store,
        library=library,
        vault=vault,
        gateways=gateways_of(settings, store, vault),
        channels=channels_of(settings, vault),
        files=files_of(settings),
        now=now,
    )


def lacking(parts: Parts) -> Iterator[str]:
    """What a server will refuse for want of a setting, each as a sentence."""
    if not parts.vault.has_key:
        yield (
            "There is no master key (TAKEBACK_MASTER_KEY): keys of gateways, secrets of channels "
            "and consumers cannot be kept, and are refused."
        )
    if isinstance(parts.files, NoFiles):
        yield (
            "There is no place for files (TAKEBACK_FILES): photos and papers of returns are "
            "answered with `unavailable`."
        )


def gateways_of(settings: Settings, store: Store, vault: Vault | None = None) -> Gateways:
    """The gateways of all partners, by the settings."""
    return Gateways(
        store,
        vault or vault_of(settings),
        platform=settings.stripe_platform_key,
        connect_secrets=settings.stripe_connect_secrets,
        base=settings.stripe_api_base,
    )


def files_of(settings: Settings) -> Files:
    """Where documents are kept; on SQLite beside the database unless a setting says otherwise.

    With PostgreSQL nothing is taken for granted: a folder of one of several machines would not do.
    """
    if settings.files:
        return open_files(settings.files)
    if isinstance(settings.database, SqliteFile):
        path = settings.database.path
        return open_files(str(path.with_name(f"{path.name}.files")))
    return NoFiles()


def channels_of(settings: Settings, vault: Vault | None = None) -> ChannelOpener:
    """The opener of channels to partners, by the settings."""
    return ChannelOpener(
        vault=vault or vault_of(settings),
        folder=settings.feeds,
        loopback=settings.profile is Profile.DEVELOPMENT,
        snapshot_hour=settings.snapshot_hour,
    )
