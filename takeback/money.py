"""Partners' gateway accounts and reconciliation in the store of the settings, for operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from adapters.identity.actors import COMMAND_LINE
from adapters.store.money.accounts import Account
from adapters.store.money.comparing import Comparison
from adapters.store.money.inbox import Stranger
from adapters.store.records import Partner
from engine.errors import RequestFault
from services.payments.comparing import Comparer
from services.payments.gateways import GatewayCredentials
from takeback.components import Components, made
from takeback.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """The gateway account of one partner."""

    parts: Components
    partner: Partner

    def account(self) -> Account:
        """Returns the account; raises `RequestFault` `no_gateway`."""
        with self.parts.store.session():
            return self._there(self.parts.store.accounts.of(self.partner.id))

    def set_gateway(self, said: GatewayCredentials) -> Account:
        """Checks a key at the gateway and stores it."""
        with self.parts.store.session():
            return self.parts.gateways.put(said, COMMAND_LINE)

    def check(self) -> Account:
        """Checks the stored key at the gateway."""
        with self.parts.store.session():
            return self._there(self.parts.gateways.check(self.partner.id, COMMAND_LINE))

    def _there(self, found: Account | None) -> Account:
        if found is None:
            said = f"`{self.partner.handle}` has no gateway; set one by `takeback gateway set`."
            raise RequestFault("no_gateway", said)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The operator's account: connected partners by handle, and accounts that no partner has."""

    account: str
    secrets: int
    connected: tuple[tuple[str, str], ...]
    strangers: tuple[Stranger, ...]


def platform(settings: Settings) -> Platform:
    """Checks the operator's key; raises `RequestFault` `no_platform_key` or `key_refused`."""
    parts = made(settings)
    try:
        account = parts.gateways.platform()
        with parts.store.session():
            found = parts.store.accounts.all_connected()
            names = parts.store.partners.handles([each.partner for each in found])
            return Platform(
                account=account,
                secrets=len(parts.gateways.connect_secrets),
                connected=tuple((names[each.partner], each.account) for each in found),
                strangers=parts.store.inbox.strangers(),
            )
    finally:
        parts.close()


Compare = Callable[[str, datetime | None], Comparison]


@contextmanager
def comparing(settings: Settings, handle: str | None) -> Iterator[tuple[dict[str, str], Compare]]:
    """Yields the handles of partners with an account by id, and a function to compare one.

    Without a `handle`, all partners.
    """
    parts = made(settings)
    try:
        comparer = Comparer(parts.store, parts.gateways)
        names = _named(parts, handle)
        yield names, lambda key, since: comparer.compare(key, COMMAND_LINE, since)
    finally:
        parts.close()


def _named(parts: Components, handle: str | None) -> dict[str, str]:
    with parts.store.session():
        if handle is None:
            return parts.store.partners.handles(parts.store.accounts.partners())
        found = parts.store.partners.by_handle(handle)
    if found is None:
        raise RequestFault("unknown_partner", f"There is no partner `{handle[:60]}`.")
    return {found.id: found.handle}


@contextmanager
def opened(settings: Settings, handle: str) -> Iterator[Till]:
    """Opens the gateway account of a partner (handle)."""
    parts = made(settings)
    try:
        with parts.store.session():
            found = parts.store.partners.by_handle(handle)
        if found is None:
            raise RequestFault("unknown_partner", f"There is no partner `{handle[:60]}`.")
        yield Till(parts=parts, partner=found)
    finally:
        parts.close()
