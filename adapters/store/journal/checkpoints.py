"""Signed checkpoints of journals, written once; a copy kept outside reveals later changes.

Those stored here are for whoever asks for them: they prove nothing against somebody who removes
them too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.store.journal.chains import Journal
from adapters.store.journal.tables import JournalTables
from adapters.store.tables import desc, select
from engine.errors import RequestFault
from engine.journal import Broken, Checkpoint

_DUE: Final = """
    SELECT c.tenant FROM chain c
    WHERE c.seq > 0 AND NOT EXISTS
          (SELECT 1 FROM journal_checkpoint k
           WHERE k.tenant = c.tenant AND (k.seq = c.seq OR k.at > $since))
    ORDER BY c.tenant LIMIT $most"""
Sign = Callable[[Checkpoint], Checkpoint]


class Checkpoints:
    """Every call runs inside a session of the store."""

    def __init__(
        self, tables: JournalTables, journal: Journal, now: Callable[[], datetime]
    ) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def due(self, every: timedelta, most: int) -> tuple[str, ...]:
        """Tenants whose journal has grown and that have no checkpoint newer than `every`."""
        execute: Callable[..., Any] = self._tables.Chain._database_.execute
        since = (self._now() - every).isoformat()
        return tuple(row[0] for row in execute(_DUE, {}, {"since": since, "most": most}).fetchall())

    def add(self, tenant: str, sign: Sign) -> Checkpoint | None:
        """Adds a checkpoint of the last entry, or returns the existing one; None for an empty
        journal.

        Raises `RequestFault` `journal_rewritten` if the journal contradicts the previous
        checkpoint.
        """
        chain = self._journal.hold(tenant)
        if (wrong := self.broken_behind(tenant)) is not None:
            raise RequestFault("journal_rewritten", wrong.sentence, tenant)
        if not chain.seq:
            return None
        at = self._now().isoformat()
        said = sign(Checkpoint(tenant=tenant, seq=chain.seq, hash=chain.hash, at=at))
        row = self._tables.Checkpoint.get(tenant=tenant, seq=said.seq, key=said.key)
        if row is None:
            names = ("tenant", "seq", "hash", "at", "key", "signature")
            row = self._tables.Checkpoint(**{name: getattr(said, name) for name in names})
        return _checkpoint(row)

    def of(self, tenant: str, most: int) -> tuple[Checkpoint, ...]:
        """A tenant's checkpoints, newest first."""
        rows = self._tables.Checkpoint
        found = select(c for c in rows if c.tenant == tenant)
        return tuple(map(_checkpoint, found.order_by(lambda c: (desc(c.seq), c.key))[:most]))

    def broken_behind(self, tenant: str) -> Broken | None:
        """How a journal contradicts its newest stored checkpoint, or None."""
        newest = next(iter(self.of(tenant, 1)), None)
        return self.broken(newest) if newest is not None else None

    def broken(self, said: Checkpoint) -> Broken | None:
        """How a journal contradicts a checkpoint, or None."""
        self._journal.write()
        rows, tenant, seq = self._tables.JournalEntry, said.tenant, said.seq
        entry = rows.get(tenant=tenant, seq=seq)
        last = select(max(e.seq) for e in rows if e.tenant == tenant).first() or 0
        return said.broken(entry.hash if entry else None, last)


def _checkpoint(row: Any) -> Checkpoint:
    names = ("tenant", "seq", "hash", "at", "key", "signature")
    return Checkpoint(**{name: getattr(row, name) for name in names})
