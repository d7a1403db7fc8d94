"""Events received from gateways, each processed once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pony.orm import flush

from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from adapters.store.timestamps import given_back, kept

KEPT: Final = timedelta(days=40)
"""Longer than any gateway repeats an event."""

_PAGES: Final = 20_000
"""More bytes than one page of any database holds, so that a test row needs new pages."""
_STRANGERS: Final = "connect"
"""Stands for the partner's id in events about accounts of no partner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """An account that a gateway sent an event about, though no partner has it: when, and which
    type.
    """

    account: str
    type: str
    heard_at: datetime


class Inbox:
    """Every call runs inside a writing session of the store."""

    def __init__(self, tables: MoneyTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def first(self, tenant: str, event: str, type_: str) -> bool:
        """Records an event; returns whether it came for the first time."""
        rows = self._tables.Inbox
        if rows.get(tenant=tenant, event=event) is not None:
            return False
        rows(tenant=tenant, event=event, type=type_[:200], received_at=kept(self._now()))
        return True

    def first_of_stranger(self, account: str, type_: str) -> bool:
        """Records an event about an account of no partner; returns whether it is the first about
        it.
        """
        return self.first(_STRANGERS, account, type_)

    def strangers(self) -> tuple[Stranger, ...]:
        """Accounts of events that no partner has now, by id."""
        heard, known = self._tables.Inbox, self._tables.GatewayAccount
        ours = set(select(r.connected for r in known if r.connected is not None))
        rows = select(i for i in heard if i.tenant == _STRANGERS).order_by(lambda i: i.event)
        return tuple(
            Stranger(account=row.event, type=row.type, heard_at=given_back(row.received_at))
            for row in rows
            if row.event not in ours
        )

    def forget(self) -> int:
        """Deletes events that no gateway repeats any more; returns how many."""
        rows, before = self._tables.Inbox, kept(self._now() - KEPT)
        return int(select(i for i in rows if i.received_at < before).delete(bulk=True))

    def try_out(self) -> None:
        """Writes a row that needs new pages, and deletes it: fails if the disk is full."""
        about = {"tenant": "health", "event": secrets.token_hex(8), "type": "x" * _PAGES}
        row = self._tables.Inbox(**about, received_at=kept(self._now()))
        flush()
        row.delete()
