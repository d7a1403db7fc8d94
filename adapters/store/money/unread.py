"""Events of gateways that were not understood, by type; some are read again later."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from adapters.identity.actors import GATEWAY
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.moments import given_back, kept
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import desc, select

MOST_READ: Final = 100
"""Read again in one comparison."""
MOST_SHOWN: Final = 100
"""Told beside a comparison."""
HOUR: Final = 3_600
NOTHING: Final = "-"
"""Stands in the table for no reference, since all of a key has to be said."""


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
    """Events of one type: how often they came, and `reference` of what is to be read again."""

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
        """One more event that was not understood; its owner is told of the first of its type."""
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
        """Some of what is to be read again, by its id at the gateway: in each hour the next ones.

        So what stays unreadable keeps nothing else from being read.
        """
        rows = self._tables.UnreadEvent
        found = select(e.reference for e in rows if e.tenant == tenant and e.reference != NOTHING)
        pages = max(1, -(-found.count() // MOST_READ))
        page = 1 + int(self._now().timestamp() // HOUR) % pages
        return tuple(found.order_by(1).page(page, MOST_READ))

    def was_read(self, tenant: str, reference: str) -> None:
        """It could be read at last."""
        rows = self._tables.UnreadEvent
        for row in list(select(e for e in rows if e.tenant == tenant and e.reference == reference)):
            row.delete()

    def newest(self, tenant: str) -> tuple[UnreadEvent, ...]:
        """Those of a partner that came last, at most `MOST_SHOWN`, by type."""
        rows = self._tables.UnreadEvent
        found = select(e for e in rows if e.tenant == tenant).order_by(lambda e: desc(e.last_at))
        shown = found[:MOST_SHOWN]
        return tuple(map(_event, sorted(shown, key=lambda row: (row.of_type, row.reference))))

    def some(self, tenant: str, keys: Collection[str]) -> dict[str, UnreadEvent]:
        """Those of a partner by the keys that their list has."""
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
