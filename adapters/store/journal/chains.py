"""The journal of each tenant: entries are added in the transaction of what they tell.

Who hears of what says `adapters.store.journal`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import msgspec

from adapters.identity.principal import Principal
from adapters.store.journal.kinds import Sides
from adapters.store.journal.register import KINDS
from adapters.store.journal.tables import JournalTables
from adapters.store.place.own import Own
from adapters.store.place.statements import Statements, marks
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
    """The end of a tenant's journal with what this session has told: a number and its hash."""

    seq: int
    hash: str

    @property
    def end(self) -> tuple[int, str]:
        """Both."""
        return self.seq, self.hash


@dataclass(slots=True)
class _Told:
    """Of one session: the chains that it holds, and entries that are not written yet."""

    chains: dict[str, Chain] = field(default_factory=dict)
    told: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, tenant: str, said: tuple[str, str, str, str], body: str) -> None:
        """An entry at the end of a chain that is held, as the values of its row."""
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

    What a session tells is written at its end: the hash of an entry covers the one before, and
    nobody else adds to a chain that is held.
    """

    def __init__(
        self, statements: Statements, tables: JournalTables, now: Callable[[], datetime]
    ) -> None:
        self._statements = statements
        self._tables = tables
        self._own = Own(statements.database, _Told)
        self.now = now

    def tell(self, to: Sides, actor: str, subject: str, fact: str, **body: object) -> None:
        """One more entry in the journal of each side, with what of it is for that side.

        Their chains are held until the transaction ends. Raises ValueError for a kind that is not
        in the register, a field that it lacks, or a side that hears nothing of it.
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
        """Writes what this session has told: its entries by one statement, and the ends of chains.

        Called at the end of the session, and before anybody in it reads of the journal. Where it
        fails the session cannot commit: what is kept here would be written again.
        """
        here = self._own.here()
        if not (told := here.told):
            return
        self._statements.insert_later("journal", _COLUMNS, told)
        ends = [(each, *here.chains[each].end) for each in dict.fromkeys(row[0] for row in told)]
        sql = _ENDS.format(", ".join(["(?, ?, ?)"] * len(ends)))
        self._statements.write_later(sql, *(value for end in ends for value in end))
        told.clear()  # nothing is forgotten that could not be written

    def hold(self, tenant: str) -> Chain:
        """Whoever else writes for a tenant waits until this session's changes are committed.

        Who locks other rows of a tenant and adds an entry takes this first, so that no two wait
        for each other.
        """
        return self._held((tenant,)).chains[tenant]

    def hold_all(self, suppliers: Collection[str], retailers: Collection[str]) -> None:
        """The chains of many, in the order in which everybody takes them."""
        self._held((*sorted(suppliers), *sorted(retailers)))

    def know(self, ends: Sequence[tuple[str, int, str]]) -> None:
        """The ends of chains that were locked and read with something else of this session."""
        chains = self._own.here().chains
        for tenant, seq, hash_ in ends:
            chains.setdefault(tenant, Chain(seq, hash_))

    def _held(self, tenants: Sequence[str]) -> _Told:
        """The chains in this order, by one statement; those that there are none of begin."""
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
        """What happened to one thing, in order."""
        self.write()
        rows = self._tables.JournalEntry
        found = select(e for e in rows if e.tenant == tenant and e.subject == subject)
        return tuple(_entry(row) for row in found.order_by(lambda e: e.seq))

    def everywhere(self, subject: str) -> tuple[Entry, ...]:
        """What happened to one thing, whoever's it is; for those who run Takeback."""
        self.write()
        rows = self._tables.JournalEntry
        found = select(e for e in rows if e.subject == subject)
        return tuple(_entry(row) for row in found.order_by(lambda e: (e.tenant, e.seq)))

    def tenants(self) -> dict[str, int]:
        """Everybody who has a journal, and the number of the last entry."""
        self.write()
        ends = dict(select((c.tenant, c.seq) for c in self._tables.Chain))
        stray = select(e.tenant for e in self._tables.JournalEntry)
        return {**dict.fromkeys(stray, 0), **ends}

    def verify(self) -> tuple[Broken, ...]:
        """The first break of each tenant's chain; empty when all hold."""
        found = (self.broken(tenant) for tenant in sorted(self.tenants()))
        return tuple(each for each in found if each is not None)

    def broken(self, tenant: str, seen: Callable[[], None] = lambda: None) -> Broken | None:
        """The first break of a tenant's chain; `seen` is told of each thousand entries.

        What is added meanwhile is read too; only its end is read while nobody adds.
        """
        return broken_in(tenant, self._all(tenant, seen), lambda: self._end(tenant))

    def after(self, tenant: str, seq: int, most: int) -> tuple[Entry, ...]:
        """The entries that follow a number, in order, whoever asks."""
        self.write()
        rows = self._tables.JournalEntry
        found = select(e for e in rows if e.tenant == tenant and e.seq > seq)
        return tuple(map(_entry, found.order_by(lambda e: e.seq)[:most]))

    def seen(
        self, principal: Principal, seq: int, most: int, only: Collection[str] | None = None
    ) -> tuple[Entry, ...]:
        """What somebody may read of its own journal after a number, in order; of `only` some kinds.

        Entries that its role may not read are left out, and so are fields.
        """
        self.write()
        names = self.readable(principal, only)
        rows, tenant = self._tables.JournalEntry, principal.tenant
        found = select(e for e in rows if e.tenant == tenant and e.seq > seq and e.fact in names)
        read = map(_entry, found.order_by(lambda e: e.seq)[:most])
        return tuple(_seen(principal, each) for each in read)

    def readable(self, principal: Principal, only: Collection[str] | None = None) -> list[str]:
        """The kinds of entries that somebody may read; of `only` some."""
        names = (name for name, kind in KINDS.items() if kind.readable(principal) is not None)
        return [name for name in names if only is None or name in only]

    def some(self, principal: Principal, numbers: Collection[int]) -> dict[int, Entry]:
        """Entries of one's own journal by number, without the fields that one may not read."""
        self.write()
        rows, tenant, wanted = self._tables.JournalEntry, principal.tenant, list(numbers)
        found = select(e for e in rows if e.tenant == tenant and e.seq in wanted) if wanted else ()
        return {row.seq: _seen(principal, _entry(row)) for row in found}

    def _all(self, tenant: str, seen: Callable[[], None]) -> Iterator[Entry]:
        """To its end, which nobody moves while it is read."""
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
                most = _PAGE + 1  # another question: Pony answers the same one once in a session

    def _end(self, tenant: str) -> tuple[int, str]:
        """The end as it is kept, which nobody moves any more."""
        found = self._ends([tenant])
        return found[tenant].end if tenant in found else (0, START)


def _seen(principal: Principal, entry: Entry) -> Entry:
    """An entry that one may read, without the fields that one may not."""
    shown = KINDS[entry.fact].readable(principal) or frozenset()
    body: Mapping[str, object] = msgspec.json.decode(entry.body)
    kept = {name: value for name, value in body.items() if name in shown}
    return entry if kept == body else replace(entry, body=canonical(kept))


def _entry(row: Any) -> Entry:
    return Entry(**{name: getattr(row, name) for name in _COLUMNS})
