"""Accounts of partners at payment gateways; secrets are kept sealed, and are opened elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from adapters.store.timestamps import given_back, kept, too_far
from engine.errors import RequestFault

EVERY: Final = timedelta(hours=1)
"""How often an account is compared with its settlements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A secret as it is kept: sealed, and what may be shown of it."""

    text: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """A new account whose key was checked; a connected one has no `secret`."""

    partner: str
    account: str
    secret: Sealed | None
    webhooks: tuple[Sealed, ...] | None = None
    """Signing secrets, one or two while they change; None leaves those that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A partner's account at Stripe; a connected one is reached by the operator's key."""

    partner: str
    account: str
    secret: str
    shown: str
    webhooks: tuple[Sealed, ...]
    set_at: datetime
    checked_at: datetime
    trouble: str

    @property
    def connected(self) -> bool:
        """Whether it has no key of its own."""
        return not self.secret


def sealed_for(partner: str) -> str:
    """The name that a partner's key is sealed for."""
    return f"gateway:{partner}:stripe"


def signing_for(partner: str) -> str:
    """The name that the signing secrets of a partner's webhooks are sealed for."""
    return f"gateway:{partner}:signing"


class GatewayAccounts:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: MoneyTables, journal: Journal, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def of(self, partner: str) -> Account | None:
        """A partner's account."""
        row = self._tables.GatewayAccount.get(partner=partner)
        return _account(row) if row else None

    def connected(self, account: str) -> Account | None:
        """Returns the account of the partner whose connected account this is, or None."""
        row = self._tables.GatewayAccount.get(connected=account)
        return _account(row) if row else None

    def all_connected(self) -> tuple[Account, ...]:
        """All connected accounts, by partner."""
        rows = select(r for r in self._tables.GatewayAccount if r.connected is not None)
        return tuple(_account(row) for row in rows.order_by(lambda r: r.partner))

    def put(self, new: NewAccount, actor: str) -> Account:
        """Stores an account or a new key of the same account; raises `RequestFault` for another
        account.

        Sent settlements are looked up at their account, so it never changes. The operator's key
        reaches every connected account, so each of those belongs to one partner.
        """
        self._journal.hold(new.partner)
        rows, now = self._tables.GatewayAccount, kept(self._now())
        row = rows.get_for_update(partner=new.partner)
        if row is not None and row.account != new.account:
            raise RequestFault(
                "other_account",
                f"Settlements were made with the account `{row.account}`; this key belongs to "
                f"`{new.account}`.",
                "key",
            )
        self._check_taken(new)
        row = row or rows(
            partner=new.partner, account=new.account, set_at=now, checked_at=now, compare_due=now
        )
        row.connected = new.account
        row.flush()  # waits for any transaction that claims the same account, by whatever key
        self._check_taken(new)
        row.connected = None if new.secret else new.account
        row.secret = new.secret.text if new.secret else ""
        row.shown = new.secret.shown if new.secret else ""
        row.set_at, row.checked_at, row.trouble = now, now, ""
        if new.webhooks is not None:
            row.webhooks = [[each.text, each.shown] for each in new.webhooks]
        self._told(
            new.partner,
            actor,
            "gateway_set",
            account=new.account,
            key=row.shown,
            connected=new.secret is None,
            signing=new.webhooks is not None,
        )
        return _account(row)

    def _check_taken(self, new: NewAccount) -> None:
        rows, key, partner = self._tables.GatewayAccount, new.account, new.partner
        others = select(r for r in rows if r.account == key and r.partner != partner)
        if any(new.secret is None or each.connected for each in others):
            raise RequestFault("account_taken", "Another partner has this account.", "account")

    def checked(self, partner: str, trouble: str, actor: str) -> None:
        """Records the result of checking the key."""
        self._journal.hold(partner)
        row = self._tables.GatewayAccount.get_for_update(partner=partner)
        row.checked_at, row.trouble = kept(self._now()), trouble
        self._told(partner, actor, "gateway_checked", works=not trouble)

    def _told(self, partner: str, actor: str, fact: str, **body: object) -> None:
        self._journal.tell(Sides(own=partner), actor, partner, fact, **body)

    # --- when accounts are compared -----------------------------------------------------------

    def partners(self) -> tuple[str, ...]:
        """All partners that have an account."""
        return tuple(select(r.partner for r in self._tables.GatewayAccount).order_by(1))

    def claim_comparison(self) -> str | None:
        """Claims the partner whose account is due for comparison; its next turn is in an hour."""
        rows, now, far = self._tables.GatewayAccount, kept(self._now()), too_far(self._now())
        due = select(r for r in rows if r.compare_due <= now or r.compare_due > far)
        for row in due.order_by(lambda r: r.compare_due).for_update(skip_locked=True)[:1]:
            row.compare_due = now + EVERY
            return str(row.partner)
        return None

    def compare_soon(self, partner: str) -> None:
        """Makes an account due for comparison now: only the gateway's lists show what happened."""
        row = self._tables.GatewayAccount.get_for_update(partner=partner)
        if row is not None:
            row.compare_due = kept(self._now())


def _account(row: Any) -> Account:
    return Account(
        partner=row.partner,
        account=row.account,
        secret=row.secret,
        shown=row.shown,
        webhooks=tuple(Sealed(text=text, shown=shown) for text, shown in row.webhooks),
        set_at=given_back(row.set_at),
        checked_at=given_back(row.checked_at),
        trouble=row.trouble,
    )
