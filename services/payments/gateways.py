"""The gateways of partners: a key is tried, sealed and stored, and opened for a call only.

No call is made while a session holds anything; no key leaves this module but to the gateway.
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
from engine.settlement.gateway import Answered, Outcome
from engine.settlement.instruments import Instrument

_KEY: Final = re.compile(r"(rk|sk)_(test|live)_[A-Za-z0-9_]{1,200}\Z")
_SIGNING: Final = re.compile(r"whsec_[A-Za-z0-9_+/=-]{8,200}\Z")
_ACCOUNT: Final = re.compile(r"acct_[A-Za-z0-9]{1,60}\Z")
MOST_SIGNING: Final = 2
MOST_OPEN: Final = 1_000
"""Gateways that a process keeps ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a partner gives: a key of its own, or the operator its account id; `partner` is an id.

    Without either the key that is there stays. `signing` are secrets of webhooks, None to leave
    them as they are.
    """

    partner: str
    key: str = field(default="", repr=False)
    account: str = ""
    signing: tuple[str, ...] | None = field(default=None, repr=False)
    unrestricted: bool = False
    """A key that may do everything is taken though a restricted one would do."""


class Gateways:
    """Finds, sets and tries gateways; `platform` is the operator's key, for connected accounts."""

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
        """A partner's gateway, None without one; raises `RequestFault` for a key that is shut."""
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
        """The secrets by which Stripe signs webhooks to an account."""
        name = signing_for(account.partner)
        return tuple(self._vault.open(each.text, name) for each in account.webhooks)

    def put(self, said: Said, actor: str) -> Account:
        """Tries a key and stores it; sends again what waited for it.

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
            self._store.lanes.open(said.partner, actor)
            return self._store.accounts.put(new, actor)

    def check(self, partner: str, actor: str) -> Account | None:
        """Tries the key that is there, and keeps what came of it; None without one."""
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
        """Raises `RequestFault` `gateway_in_use` where only the key of before finds what it sent.

        A test key finds nothing of a live one, and a partner's own nothing of the operator's.
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

    def _sealed(self, said: Said, there: Account | None) -> Sealed | None:
        """The key, checked and sealed before anybody is asked; None for a connected account."""
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
        """The operator's own account holds what others were paid too, so it is nobody's."""
        if found != said or self.platform() == found:
            raise RequestFault(
                "wrong_account", f"`{said}` is not connected to the operator's account.", "account"
            )

    def platform(self) -> str:
        """The operator's own account; raises `RequestFault` `no_platform_key`, `key_refused`."""
        _check_platform(self._platform)
        return _tried(StripeGateway(self._platform, base=self._base or None))

    def _signing(self, said: Said) -> tuple[Sealed, ...] | None:
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
    """The account of a key that may read what is needed; raises `RequestFault` `key_refused`."""
    try:
        account = gateway.whose()
        gateway.may_read()
    except GatewayUnreachable as error:
        raise RequestFault("key_refused", f"The key was tried: {error}", "key") from None
    return account


def _finds(gateway: StripeGateway, sent: Settlement) -> bool:
    """Whether a key reaches what a settlement moves of; raises `RequestFault` where none says."""
    credit = sent.instrument is Instrument.BALANCE_CREDIT
    ways = sent.ways
    shown = gateway.customer(ways.customer) if credit else gateway.charge(ways)
    if not isinstance(shown, Outcome):
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
