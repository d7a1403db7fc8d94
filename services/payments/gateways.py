"""Checks, seals and stores the gateway keys of partners, and opens them for calls only.

Holds no session during a call, and passes keys to nothing but the gateway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from adapters.gateways.stripe_gateway import StripeGateway
from adapters.identity.vault import Vault, fingerprint
from adapters.store.database import Store
from adapters.store.money.accounts import (
    Account,
    NewAccount,
    Sealed,
    sealed_for,
    signing_for,
)
from adapters.store.money.records import Settlement
from engine.errors import GatewayUnreachable, RequestFault
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import Instrument

_KEY: Final = re.compile(r"(rk|sk)_(test|live)_[A-Za-z0-9_]{1,200}\Z")
_SIGNING: Final = re.compile(r"whsec_[A-Za-z0-9_+/=-]{8,200}\Z")
_ACCOUNT: Final = re.compile(r"acct_[A-Za-z0-9]{1,60}\Z")
MOST_SIGNING: Final = 2
MOST_OPEN: Final = 1_000
"""Gateways that a process keeps open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayCredentials:
    """A partner's own key, or the id of its account connected to the operator's.

    `partner` is an id. Without `key` and `account` the stored key stays. `signing` are webhook
    secrets; None leaves the stored ones.
    """

    partner: str
    key: str = field(default="", repr=False)
    account: str = ""
    signing: tuple[str, ...] | None = field(default=None, repr=False)
    unrestricted: bool = False
    """Accept a key that may do everything, although a restricted one would suffice."""


class Gateways:
    """Finds, sets and checks gateways; `platform` is the operator's key, for connected accounts."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        *,
        platform: str = "",
        connect_secrets: tuple[str, ...] = (),
        base: str = "",
    ) -> None:
        self._store = store
        self._vault = vault
        self._platform = platform
        self.connect_secrets: tuple[str, ...] = connect_secrets
        self._base = base
        self._ready: dict[tuple[str, str], StripeGateway] = {}

    def of(self, partner: str) -> StripeGateway | None:
        """Returns a partner's gateway, if any; raises `RequestFault` if its key does not open."""
        with self._store.session():
            account = self._store.accounts.of(partner)
        if account is None:
            return None
        known = (partner, account.secret or account.account)
        if known not in self._ready:
            if len(self._ready) >= MOST_OPEN:
                self._ready.clear()
            self._ready[known] = self._opened(account)
        return self._ready[known]

    def signing_secrets(self, account: Account) -> tuple[str, ...]:
        """Returns the secrets with which Stripe signs webhooks for an account."""
        name = signing_for(account.partner)
        return tuple(self._vault.open(each.text, name) for each in account.webhooks)

    def put(self, said: GatewayCredentials, actor: str) -> Account:
        """Checks a key at the gateway and stores it; resumes the partner's payouts.

        Raises `RequestFault` `wrong_key`, `unrestricted_key`, `key_refused`, `other_account`,
        `gateway_in_use` …
        """
        before = self._store.accounts.of(said.partner)
        under_way = self._store.comparing.under_way(said.partner) if before else ()
        there = None if said.key or said.account else before
        sealed, signing = self._sealed(said, there), self._signing(said)
        gateway = self._opened(there) if there else self._made(said.key, said.account)
        self._store.rest()
        account = _tried(gateway)
        if said.account:
            self._check_whose(said.account, account)
        if before is not None and there is None and before.account == account:
            self._check_finds(before, gateway, under_way)
        new = NewAccount(partner=said.partner, account=account, secret=sealed, webhooks=signing)
        with self._store.atomic():
            self._store.payouts.open(said.partner, actor)
            return self._store.accounts.put(new, actor)

    def check(self, partner: str, actor: str) -> Account | None:
        """Checks the stored key at the gateway and records the result; None without a key."""
        gateway, trouble = self.of(partner), ""
        if gateway is None:
            return None
        self._store.rest()
        try:
            _tried(gateway)
        except RequestFault as fault:
            trouble = fault.message
        with self._store.atomic():
            self._store.accounts.checked(partner, trouble, actor)
            return self._store.accounts.of(partner)

    def _check_finds(
        self, before: Account, gateway: StripeGateway, under_way: Iterable[Settlement]
    ) -> None:
        """Raises `RequestFault` `gateway_in_use` if only the previous key finds what it sent.

        A test key does not find what a live key sent, nor a partner's own key what the operator's
        sent.
        """
        for each in under_way:
            if _finds(gateway, each):
                continue
            if _finds(self._opened(before), each):
                raise RequestFault(
                    "gateway_in_use",
                    f"`{each.id}` was sent by the key that is there, and this one does not find "
                    "its charge, invoice or customer; bring it to its end before.",
                    "key",
                )

    def _sealed(self, said: GatewayCredentials, there: Account | None) -> Sealed | None:
        """Returns the key, checked and sealed before any call; None for a connected account."""
        if there is not None:
            return None if there.connected else Sealed(text=there.secret, shown=there.shown)
        if said.account:
            _check_account(said.account, self._platform)
            return None
        match = _KEY.match(said.key)
        if match is None:
            raise RequestFault("wrong_key", "A key of Stripe begins with `rk_` or `sk_`.", "key")
        if match[1] == "sk" and match[2] == "live" and not said.unrestricted:
            raise RequestFault(
                "unrestricted_key",
                "This key may do everything in the account; make a restricted one, or say that "
                "this one is meant.",
                "key",
            )
        return Sealed(
            text=self._vault.seal(said.key, sealed_for(said.partner)), shown=fingerprint(said.key)
        )

    def _check_whose(self, said: str, found: str) -> None:
        """Refuses the operator's own account too: it also holds what other partners were paid."""
        if found != said or self.platform() == found:
            raise RequestFault(
                "wrong_account", f"`{said}` is not connected to the operator's account.", "account"
            )

    def platform(self) -> str:
        """Returns the operator's account.

        Raises `RequestFault` `no_platform_key` or `key_refused`.
        """
        _check_platform(self._platform)
        return _tried(StripeGateway(self._platform, base=self._base or None))

    def _signing(self, said: GatewayCredentials) -> tuple[Sealed, ...] | None:
        if said.signing is None:
            return None
        if len(said.signing) > MOST_SIGNING or not all(map(_SIGNING.match, said.signing)):
            raise RequestFault(
                "wrong_signing_secret",
                f"At most {MOST_SIGNING} signing secrets, each whole, from `whsec_` on.",
                "signingSecrets",
            )
        name = signing_for(said.partner)
        return tuple(
            Sealed(text=self._vault.seal(each, name), shown=fingerprint(each))
            for each in said.signing
        )

    def _opened(self, account: Account) -> StripeGateway:
        if account.connected:
            return self._made("", account.account)
        return self._made(self._vault.open(account.secret, sealed_for(account.partner)), "")

    def _made(self, key: str, account: str) -> StripeGateway:
        if not account:
            return StripeGateway(key, base=self._base or None, now=self._store.now)
        _check_account(account, self._platform)
        base, now = self._base or None, self._store.now
        return StripeGateway(self._platform, account=account, base=base, now=now)


def _tried(gateway: StripeGateway) -> str:
    """Returns the account of a key that has the needed read rights.

    Raises `RequestFault` `key_refused`.
    """
    try:
        account = gateway.whose()
        gateway.may_read()
    except GatewayUnreachable as error:
        raise RequestFault("key_refused", f"The key was tried: {error}", "key") from None
    return account


def _finds(gateway: StripeGateway, sent: Settlement) -> bool:
    """Whether a key finds the charge or customer of a settlement.

    Raises `RequestFault` `gateway_unreachable` if the gateway gives no answer.
    """
    credit = sent.instrument is Instrument.BALANCE_CREDIT
    ways = sent.ways
    shown = gateway.customer(ways.customer) if credit else gateway.charge(ways)
    if not isinstance(shown, GatewayOutcome):
        return True
    if shown.answered is not Answered.REFUSED:
        raise RequestFault("gateway_unreachable", f"`{sent.id}` cannot be found now; try later.")
    return False


def _check_account(account: str, platform: str) -> None:
    if not _ACCOUNT.match(account):
        raise RequestFault("wrong_account", "An account begins with `acct_`.", "account")
    _check_platform(platform)


def _check_platform(platform: str) -> None:
    if not platform:
        raise RequestFault(
            "no_platform_key",
            "A connected account is reached by the operator's key; set "
            "TAKEBACK_STRIPE_PLATFORM_KEY.",
            "account",
        )
