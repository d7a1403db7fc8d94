"""The journal of each tenant; entries are added in the transaction of what they record.

`adapters.store.journal` says which sides get which entries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import msgspec

from adapters.identity.principal import Principal
from adapters.store.connection.own import Own
from adapters.store.connection.statements import Statements, marks
from adapters.store.journal.kinds import Sides
from adapters.store.journal.register import KINDS
from adapters.store.journal.tables import JournalTables
from adapters.store.tables import select
from engine.journal import START, Broken, Entry, broken_in, canonical

_PAGE: Final = 1_000
_COLUMNS: Final = ("tenant", "seq", "at", "actor", "subject", "fact", "body", "before", "hash")
_BEGIN: Final = "INSERT INTO chain (tenant, seq, hash) VALUES {} ON CONFLICT DO NOTHING"
_ENDS: Final = """INSERT INTO chain (tenant, seq, hash) VALUES {}
    ON CONFLICT (tenant) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"""
_HELD: Final = """SELECT tenant, seq, hash FROM chain
    WHERE tenant IN ({}) ORDER BY CASE tenant {} END"""


@dataclass(slots=True)
class Chain:
    """The end of a tenant's journal, including this session's entries: number and hash."""

    seq: int
    hash: str

    @property
    def end(self) -> tuple[int, str]:
        """Number and hash."""
        return self.seq, self.hash


@dataclass(slots=True)
class _Told:
    """One session's locked chains, and its entries that are not written yet."""

    chains: dict[str, Chain] = field(default_factory=dict)
    told: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, tenant: str, said: tuple[str, str, str, str], body: str) -> None:
        """Queues an entry at the end of a locked chain, as the values of its row."""
        chain, (at, actor, subject, fact) = self.chains[tenant], said
        entry = Entry(
            tenant=tenant,
            seq=chain.seq + 1,
            at=at,
            actor=actor,
            subject=subject,
            fact=fact,
            body=body,
            before=chain.hash,
        )
        before, chain.seq, chain.hash = chain.hash, entry.seq, entry.sealed()
        self.told.append((tenant, chain.seq, *said, body, before, chain.hash))


class Journal:
    """Every call runs inside a session of the store.

    Entries are written at the end of their session: the hash of an entry covers the one before, and
    nobody else adds to a locked chain.
    """

    def __init__(
        self, statements: Statements, tables: JournalTables, now: Callable[[], datetime]
    ) -> None:
        self._statements = statements
        self._tables = tables
        self._own = Own(statements.database, _Told)
        self.now = now

    def tell(self, to: Sides, actor: str, subject: str, fact: str, **body: object) -> None:
        """Adds an entry to the journal of each side, with the fields that are for that side.

        Locks their chains until the transaction ends. Raises ValueError for a kind that is not in
        the register, an unknown field, or a side that does not get such entries.
        """
        if (kind := KINDS.get(fact)) is None:
            raise ValueError(f"`{fact}` is no kind of entry; add it to the register.")
        others = sorted(set(to.others) - {to.own})
        here = self._held((to.own, *others) if to.own else others)
        said = (self.now().isoformat(), actor, subject, fact)
        if to.own:
            here.add(to.own, said, canonical(kind.cut(body, own=True)))
        if others:
            cut = canonical(kind.cut(body, own=False))
            for other in others:
                here.add(other, said, cut)

    def write(self) -> None:
        """Writes this session's entries by one statement, and then the ends of their chains.

        Called at the end of the session, and before anybody in it reads the journal. If it fails,
        the session cannot commit: the queued entries would be written again.
        """
        here = self._own.here()
        if not (told := here.told):
            return
        self._statements.insert_later("journal", _COLUMNS, told)
        ends = [(each, *here.chains[each].end) for each in dict.fromkeys(row[0] for row in told)]
        sql = _ENDS.format(", ".join(["(?, ?, ?)"] * len(ends)))
        self._statements.write_later(sql, *(value for end in ends for value in end))
        told.clear()  # only now: entries that failed to be written stay queued

    def hold(self, tenant: str) -> Chain:
        """Locks the tenant's chain: other writers for the tenant wait until this session has
        committed.

        A session that locks other rows of a tenant and adds an entry calls this first, so that no
        two sessions deadlock.
        """
        return self._held((tenant,)).chains[tenant]

    def hold_all(self, suppliers: Collection[str], retailers: Collection[str]) -> None:
        """Locks the chains of many tenants, in the order that prevents deadlocks."""
        self._held((*sorted(suppliers), *sorted(retailers)))

    def know(self, ends: Sequence[tuple[str, int, str]]) -> None:
        """Registers ends of chains that a statement of this session has locked and read already."""
        chains = self._own.here().chains
        for tenant, seq, hash_ in ends:
            chains.setdefault(tenant, Chain(seq, hash_))

    def leave_alone(self, tenant: str) -> None:
        """Never locks the tenant's chain in this session, which has to be undone.

        Its entries are lost with it. Whoever committed or read them would be refused: they begin
        the chain anew.
        """
        self.know([(tenant, 0, START)])

    def _held(self, tenants: Sequence[str]) -> _Told:
        """Locks the chains in this order by one statement, creating missing ones."""
        here = self._own.here()
        if not (new := [each for each in tenants if each not in here.chains]):
            return here
        found = self._ends(new)
        if missing := [each for each in new if each not in found]:
            sql = _BEGIN.format(", ".join(["(?, 0, ?)"] * len(missing)))
            self._statements.write_apart(
                sql, *(value for each in missing for value in (each, START))
            )
            found = self._ends(new)
        here.chains |= found
        return here

    def _ends(self, tenants: Sequence[str]) -> dict[str, Chain]:
        places = " ".join(f"WHEN ? THEN {at}" for at in range(len(tenants)))
        sql = _HELD.format(marks(tenants), places)
        rows = self._statements.held(sql, *tenants, *tenants)
        return {tenant: Chain(seq, hash_) for tenant, seq, hash_ in rows}

    def about(self, tenant: str, subject: str) -> tuple[Entry, ...]:
        """Entries about one subject, in order."""
        self.write()
        rows = self._tables.JournalEntry
        found = select(e for e in rows if e.tenant == tenant and e.subject == subject)
        return tuple(_entry(row) for row in found.order_by(lambda e: e.seq))

    def everywhere(self, subject: str) -> tuple[Entry, ...]:
        """Entries about one subject in all journals, for operators; unscoped: no tenant check."""
        self.write()
        rows = self._tables.JournalEntry
        found = select(e for e in rows if e.subject == subject)
        return tuple(_entry(row) for row in found.order_by(lambda e: (e.tenant, e.seq)))

    def tenants(self) -> dict[str, int]:
        """All tenants that have a journal, each with the number of its last entry."""
        self.write()
        ends = dict(select((c.tenant, c.seq) for c in self._tables.Chain))
        stray = select(e.tenant for e in self._tables.JournalEntry)
        return {**dict.fromkeys(stray, 0), **ends}

    def verify(self) -> tuple[Broken, ...]:
        """The first break of each tenant's chain; empty if all chains hold."""
        found = (self.broken(tenant) for tenant in sorted(self.tenants()))
        return tuple(each for each in found if each is not None)

    def broken(self, tenant: str, seen: Callable[[], None] = lambda: None) -> Broken | None:
        """The first break of a tenant's chain, or None; calls `seen` after each thousand entries.

        Entries that are added meanwhile are checked too; the chain is locked only for its end.
        """
        return broken_in(tenant, self._all(tenant, seen), lambda: self._end(tenant))

    def after(self, tenant: str, seq: int, most: int) -> tuple[Entry, ...]:
        """The entries after a number, in order; unscoped: no tenant check."""
        self.write()
        rows = self._tables.JournalEntry
        found = select(e for e in rows if e.tenant == tenant and e.seq > seq)
        return tuple(map(_entry, found.order_by(lambda e: e.seq)[:most]))

    def seen(
        self, principal: Principal, seq: int, most: int, only: Collection[str] | None = None
    ) -> tuple[Entry, ...]:
        """Entries after a number in the principal's journal, in order; with `only`, of those kinds.

        Leaves out entries that its role may not read, and such fields.
        """
        self.write()
        names = self.readable(principal, only)
        rows, tenant = self._tables.JournalEntry, principal.tenant
        found = select(e for e in rows if e.tenant == tenant and e.seq > seq and e.fact in names)
        read = map(_entry, found.order_by(lambda e: e.seq)[:most])
        return tuple(_seen(principal, each) for each in read)

    def readable(self, principal: Principal, only: Collection[str] | None = None) -> list[str]:
        """The kinds of entries that the principal may read; with `only`, those among them."""
        names = (name for name, kind in KINDS.items() if kind.readable(principal) is not None)
        return [name for name in names if only is None or name in only]

    def some(self, principal: Principal, numbers: Collection[int]) -> dict[int, Entry]:
        """The principal's entries by number, without the fields that it may not read."""
        self.write()
        rows, tenant, wanted = self._tables.JournalEntry, principal.tenant, list(numbers)
        found = select(e for e in rows if e.tenant == tenant and e.seq in wanted) if wanted else ()
        return {row.seq: _seen(principal, _entry(row)) for row in found}

    def _all(self, tenant: str, seen: Callable[[], None]) -> Iterator[Entry]:
        """Yields all entries; locks the chain before it reads the last ones."""
        last, most = 0, _PAGE
        while True:
            page = self.after(tenant, last, most)
            yield from page
            if page:
                last = page[-1].seq
                seen()
            elif most > _PAGE:
                return
            else:
                self._end(tenant)
                most = _PAGE + 1  # another query: Pony caches results within a session

    def _end(self, tenant: str) -> tuple[int, str]:
        """Locks the chain and returns its stored end."""
        found = self._ends([tenant])
        return found[tenant].end if tenant in found else (0, START)


def _seen(principal: Principal, entry: Entry) -> Entry:
    """Returns an entry without the fields that the principal may not read."""
    shown = KINDS[entry.fact].readable(principal) or frozenset()
    body: Mapping[str, object] = msgspec.json.decode(entry.body)
    kept = {name: value for name, value in body.items() if name in shown}
    return entry if kept == body else replace(entry, body=canonical(kept))


def _entry(row: Any) -> Entry:
    return Entry(**{name: getattr(row, name) for name in _COLUMNS})
