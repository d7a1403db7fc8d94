"""Gateway events that could not be interpreted, by type; some are tried again later."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from adapters.identity.actors import GATEWAY
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import desc, select
from adapters.store.timestamps import given_back, kept

MOST_READ: Final = 100
"""How many are tried again in one comparison."""
MOST_SHOWN: Final = 100
"""How many are shown with a comparison."""
HOUR: Final = 3_600
NOTHING: Final = "-"
"""Stands for no reference, because the key's columns may not be empty."""


class Unread(StrEnum):
    """Why an event was not understood; only what is `not_allowed` is tried again."""

    UNKNOWN_KIND = "unknown_kind"
    """Takeback knows no events of this type."""
    NOT_FOUND = "not_found"
    """Stripe knows nothing of what it is about."""
    NOT_ALLOWED = "not_allowed"
    """The key may not read what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadEvent:
    """Events of one type: how often they came, and the `reference` of an object to try again."""

    type: str
    reference: str
    why: Unread
    version: str
    first_at: datetime
    last_at: datetime
    times: int


class UnreadEvents:
    """Every call runs inside a session of the store, a writing one where anything changes."""

    def __init__(self, tables: MoneyTables, journal: Journal, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def keep(self, tenant: str, type_: str, why: Unread, version: str, reference: str = "") -> None:
        """Records an event that could not be interpreted; the first of a type is journalled."""
        rows, now = self._tables.UnreadEvent, kept(self._now())
        self._journal.hold(tenant)
        reference = reference or NOTHING
        is_new = not rows.exists(tenant=tenant, of_type=type_)
        row = rows.get_for_update(tenant=tenant, of_type=type_, reference=reference)
        if row is None:
            about = {"tenant": tenant, "of_type": type_, "reference": reference}
            rows(**about, why=why, version=version, first_at=now, last_at=now)
        else:
            row.why, row.version, row.last_at, row.times = why, version, now, row.times + 1
        if is_new:
            said = {"type": type_, "why": why, "version": version}
            self._journal.tell(Sides(own=tenant), GATEWAY, tenant, "event_not_read", **said)

    def waiting(self, tenant: str) -> tuple[str, ...]:
        """Gateway ids of objects to try again: each hour the next page of them.

        Paging ensures that objects that stay unreadable do not block others.
        """
        rows = self._tables.UnreadEvent
        found = select(e.reference for e in rows if e.tenant == tenant and e.reference != NOTHING)
        pages = max(1, -(-found.count() // MOST_READ))
        page = 1 + int(self._now().timestamp() // HOUR) % pages
        return tuple(found.order_by(1).page(page, MOST_READ))

    def was_read(self, tenant: str, reference: str) -> None:
        """Deletes the events about an object that could be read."""
        rows = self._tables.UnreadEvent
        for row in list(select(e for e in rows if e.tenant == tenant and e.reference == reference)):
            row.delete()

    def newest(self, tenant: str) -> tuple[UnreadEvent, ...]:
        """The latest events of a partner, at most `MOST_SHOWN`, sorted by type."""
        rows = self._tables.UnreadEvent
        found = select(e for e in rows if e.tenant == tenant).order_by(lambda e: desc(e.last_at))
        shown = found[:MOST_SHOWN]
        return tuple(map(_event, sorted(shown, key=lambda row: (row.of_type, row.reference))))

    def some(self, tenant: str, keys: Collection[str]) -> dict[str, UnreadEvent]:
        """A partner's events by the keys of their list."""
        rows, types = self._tables.UnreadEvent, list({key.partition(" ")[0] for key in keys})
        names = list({key.partition(" ")[2] for key in keys})
        found = select(
            e for e in rows if e.tenant == tenant and e.of_type in types and e.reference in names
        )
        return {f"{row.of_type} {row.reference}": _event(row) for row in found} if keys else {}


def _event(row: Any) -> UnreadEvent:
    return UnreadEvent(
        type=row.of_type,
        reference="" if row.reference == NOTHING else row.reference,
        why=Unread(row.why),
        version=row.version,
        first_at=given_back(row.first_at),
        last_at=given_back(row.last_at),
        times=row.times,
    )
