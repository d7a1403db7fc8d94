"""Opens channels for sending: checks addresses, decrypts secrets and names files.

A tenant chooses a webhook's address; only the operator chooses where files are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.channels.addresses import Resolve, resolve, target_of
from adapters.channels.csv_file import CsvChannel
from adapters.channels.signing import new_secret
from adapters.channels.webhook import TIMEOUT, WebhookChannel
from adapters.identity.vault import Vault, fingerprint
from adapters.store.stock.sharing import Channel, ChannelKind
from engine.errors import RequestFault
from engine.stock import delivery as port
from engine.stock.delivery import next_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """A new secret: `shown` once to the tenant; `kept` is its sealed form and its fingerprint."""

    shown: str
    kept: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOpener:
    """Opens and checks channels; with `loopback` (the development profile) this machine may be
    called.

    `snapshot_hour` is the hour (UTC) of the daily full snapshot; `seconds` limits one webhook call
    as a whole.
    """

    vault: Vault
    folder: Path | None = None
    loopback: bool = False
    snapshot_hour: int = 3
    resolver: Resolve = resolve
    seconds: float = TIMEOUT

    def check(self, kind: ChannelKind, address: str) -> None:
        """Checks an address for a kind of channel; raises `wrong_address` or `no_feeds_folder`."""
        if kind is ChannelKind.WEBHOOK:
            try:
                target_of(address, loopback=self.loopback, resolver=self.resolver)
            except RequestFault as fault:
                raise RequestFault(fault.code, fault.message, "address") from None
        elif address:
            said = "A file has no address: whoever runs Takeback chose its folder."
            raise RequestFault("wrong_address", said, "address")
        else:
            self._folder()

    def new_secret(self, channel: Channel) -> NewSecret:
        """Returns a secret, sealed for this channel only; raises `no_master_key` without a key."""
        secret = new_secret()
        sealed = self.vault.seal(secret, channel.sealed_for)
        return NewSecret(shown=secret, kept=(sealed, fingerprint(secret)))

    def opened(self, channel: Channel, now: datetime) -> port.Channel:
        """Returns the channel ready to send; raises `RequestFault` if it cannot be opened."""
        if channel.kind is ChannelKind.CSV:
            file = _file_of(channel, self._folder())
            file.parent.mkdir(exist_ok=True)
            return CsvChannel(file)
        self.close_file(channel)
        secrets = [channel.secret]
        if channel.old_secret and channel.old_until is not None and now < channel.old_until:
            secrets.append(channel.old_secret)
        opened = [self.vault.open(each, channel.sealed_for) for each in secrets]
        webhook = WebhookChannel(
            channel.address, opened, loopback=self.loopback, resolver=self.resolver
        )
        webhook.timeout = self.seconds
        return webhook

    def close_file(self, channel: Channel) -> None:
        """Removes the CSV file that a webhook channel wrote before its kind was changed, if any."""
        if self.folder is not None and channel.kind is ChannelKind.WEBHOOK:
            CsvChannel(_file_of(channel, self.folder)).close()

    def next_snapshot(self, channel: str, now: datetime) -> datetime:
        """When the channel with this id sends its next full snapshot."""
        return next_snapshot(channel, now, self.snapshot_hour)

    def _folder(self) -> Path:
        if self.folder is None or not self.folder.is_dir():
            said = "There is no folder for files: whoever runs Takeback sets TAKEBACK_FEEDS."
            raise RequestFault("no_feeds_folder", said, "kind")
        return self.folder


def _file_of(channel: Channel, folder: Path) -> Path:
    return folder / channel.supplier.handle / f"{channel.retailer.handle}.csv"
