"""Creates the services of a server and its workers from the settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.channels.opening import ChannelOpener
from adapters.files.opening import open_files
from adapters.files.port import Files, NoFiles
from adapters.identity.vault import Vault
from adapters.store.connection.address import SqliteFile
from adapters.store.database import Store, open_store, utc_now
from engine.errors import RequestFault
from returns_api.context import Clock
from services.payments.gateways import Gateways
from takeback.policy_cache import Library
from takeback.sealing import says_what_stays_closed, vault_of
from takeback.settings import Profile, Settings, policies_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """The services, shared by all threads of a process."""

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


def made(settings: Settings, now: Clock = utc_now) -> Components:
    """Creates the services, all with one clock."""
    vault = vault_of(settings)
    store = open_store(settings.database, now)
    says_what_stays_closed(vault, store)
    library = Library(policies_folder(), settings.policy_memory)
    return Components(
        store=store,
        library=library,
        vault=vault,
        gateways=gateways_of(settings, store, vault),
        channels=channels_of(settings, vault),
        files=files_of(settings),
        now=now,
    )


def started(settings: Settings, now: Clock = utc_now) -> Components:
    """Creates the services of a server or worker; raises `RequestFault` `wrong_clock` if its clock
    is hours off: it would date requests wrongly, and end deadlines early.
    """
    parts = made(settings, now)
    try:
        parts.store.check_clock()
    except RequestFault:
        parts.close()
        raise
    parts.store.close()  # the next session may be in another thread
    return parts


def lacking(parts: Components) -> Iterator[str]:
    """Yields a sentence for each feature that the server refuses for lack of a setting."""
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
    """Returns the gateways of all partners."""
    return Gateways(
        store,
        vault or vault_of(settings),
        platform=settings.stripe_platform_key,
        connect_secrets=settings.stripe_connect_secrets,
        base=settings.stripe_api_base,
    )


def files_of(settings: Settings) -> Files:
    """Returns the storage of documents: the setting, or on SQLite a folder beside the database.

    PostgreSQL has no default: a folder of one of several machines would not do.
    """
    if settings.files:
        return open_files(settings.files)
    if isinstance(settings.database, SqliteFile):
        path = settings.database.path
        return open_files(str(path.with_name(f"{path.name}.files")))
    return NoFiles()


def channels_of(settings: Settings, vault: Vault | None = None) -> ChannelOpener:
    """Returns the opener of channels to partners."""
    return ChannelOpener(
        vault=vault or vault_of(settings),
        folder=settings.feeds,
        loopback=settings.profile is Profile.DEVELOPMENT,
        snapshot_hour=settings.snapshot_hour,
    )
