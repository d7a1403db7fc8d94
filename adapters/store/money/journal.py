"""The journal of each tenant: entries are added in the transaction of what they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from engine.journal import START, Broken, Entry, broken_in, canonical

_PAGE: Final = 1_000
_BEGIN: Final = """
    INSERT INTO chain (tenant, seq, hash) VALUES ($tenant, 0, $start) ON CONFLICT DO NOTHING
"""


class Journal:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: MoneyTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def add(self, tenant: str, actor: str, subject: str, fact: str, **body: object) -> Entry:
        """One more entry; holds the tenant's chain until the transaction ends."""
        chain = self.hold(tenant)
        entry = Entry(
            tenant=tenant,
            seq=chain.seq + 1,
            at=self._now().isoformat(),
            actor=actor,
            subject=subject,
            fact=fact,
            body=canonical(body),
            before=chain.hash,
        )
        sealed = entry.sealed()
        self._tables.JournalEntry(**_fields(entry), hash=sealed)
        chain.seq, chain.hash = entry.seq, sealed
        return entry

    def hold(self, tenant: str) -> Any:
        """Whoever else writes for a tenant waits until this session's changes are committed.

        Who locks other rows of a tenant and adds an entry takes this first, so that no two wait
        for each other.
        """
        chain = self._tables.Chain.get_for_update(tenant=tenant)
        if chain is None:
            execute: Callable[..., Any] = self._tables.Chain._database_.execute
            execute(_BEGIN, {}, {"tenant": tenant, "start": START})
            chain = self._tables.Chain.get_for_update(tenant=tenant)
        return chain

    def about(self, tenant: str, subject: str) -> tuple[Entry, ...]:
        """What happened to one thing, in order."""
        rows = self._tables.JournalEntry
        found = select(e for e in rows if e.tenant == tenant and e.subject == subject)
        return tuple(_entry(row) for row in found.order_by(lambda e: e.seq))

    def verify(self) -> tuple[Broken, ...]:
        """The first break of each tenant's chain; empty when all hold."""
        ends = {chain.tenant: (chain.seq, chain.hash) for chain in self._tables.Chain.select()}
        rows = self._tables.JournalEntry
        stray = set(select(e.tenant for e in rows)) - set(ends)
        checked = {**dict.fromkeys(stray, (0, START)), **ends}
        found = [broken_in(self._all(tenant), end) for tenant, end in sorted(checked.items())]
        return tuple(each for each in found if each is not None)

    def after(self, tenant: str, seq: int, most: int) -> tuple[Entry, ...]:
        """The entries that follow a number, in order."""
        rows = self._tables.JournalEntry
        found = select(e for e in rows if e.tenant == tenant and e.seq > seq)
        return tuple(map(_entry, found.order_by(lambda e: e.seq)[:most]))

    def _all(self, tenant: str) -> Iterator[Entry]:
        page = self.after(tenant, 0, _PAGE)
        while page:
            yield from page
            page = self.after(tenant, page[-1].seq, _PAGE)


def _fields(entry: Entry) -> dict[str, Any]:
    names = ("tenant", "seq", "at", "actor", "subject", "fact", "body", "before")
    return {name: getattr(entry, name) for name in names}


def _entry(row: Any) -> Entry:
    names = ("tenant", "seq", "at", "actor", "subject", "fact", "body", "before", "hash")
    return Entry(**{name: getattr(row, name) for name in names})
