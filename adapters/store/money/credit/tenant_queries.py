"""Balances and monthly statements of account credit, for either partner."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from adapters.store.money.credit.records import (
    Between,
    CreditBalance,
    CreditEntry,
    CreditStatement,
    between,
    entry,
)
from adapters.store.money.credit.tables import CreditTables
from adapters.store.tables import select
from adapters.store.timestamps import kept
from engine.settlement.ledger import EntryKind, Totals, month_of, totals

_AT_ONCE: Final = 500
"""Entries that one query names."""


class TenantCredit:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: CreditTables) -> None:
        self._tables = tables

    def ledgers(self, tenant: str) -> tuple[Between, ...]:
        """The ledgers of a partner on either side, by partners and currency."""
        rows = self._tables.CreditAccount
        found = select(a for a in rows if tenant in (a.supplier, a.retailer))
        ordered = sorted(found, key=lambda a: (a.supplier, a.retailer, a.currency))
        return tuple(map(between, ordered))

    def balance(self, of: Between) -> CreditBalance:
        """A ledger's balance; zero for one that was never written to."""
        names = {"supplier": of.supplier, "retailer": of.retailer, "currency": of.currency}
        row = self._tables.CreditAccount.get(**names)
        return self._balance(of, row.most if row else None)

    def statement(self, of: Between, month: str) -> CreditStatement:
        """The statement of a month (`2026-11`), in UTC; raises `RequestFault` `wrong_month`."""
        begin = kept(month_of(month)[0])
        before = self._of(of).filter(lambda e: e.at < begin)
        return CreditStatement(
            between=of,
            month=month,
            opening=totals(_sums(before)).balance,
            moved=totals(_sums(self._within(of, month))),
        )

    def numbers(self, of: Between, month: str) -> list[int]:
        """The numbers of a month's entries, in order; raises as `statement`."""
        return sorted(select(e.number for e in self._within(of, month)))

    def entries(self, of: Between, numbers: Collection[int]) -> tuple[CreditEntry, ...]:
        """Entries of one ledger by their numbers, in their order."""
        wanted = sorted(numbers)
        pages = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
        found = (each for page in pages for each in self._numbered(of, page))
        return tuple(sorted(map(entry, found), key=lambda each: each.number))

    def _numbered(self, of: Between, wanted: list[int]) -> Any:
        return self._of(of).filter(lambda e: e.number in wanted)

    def entry(self, tenant: str, key: str) -> CreditEntry | None:
        """Returns an entry of a ledger that the partner has on either side, or None."""
        row = self._tables.CreditEntry.get(id=key)
        return entry(row) if row and tenant in (row.supplier, row.retailer) else None

    def _balance(self, of: Between, most: int | None) -> CreditBalance:
        moved: Totals = totals(_sums(self._of(of)))
        return CreditBalance(between=of, totals=moved, most=most)

    def _within(self, of: Between, month: str) -> Any:
        begin, end = (kept(each) for each in month_of(month))
        return self._of(of).filter(lambda e: e.at >= begin and e.at < end)

    def _of(self, of: Between) -> Any:
        supplier, retailer, currency = of.supplier, of.retailer, of.currency
        rows = self._tables.CreditEntry
        return select(
            e
            for e in rows
            if e.supplier == supplier and e.retailer == retailer and e.currency == currency
        )


def _sums(query: Any) -> Iterator[tuple[EntryKind, int]]:
    """Yields sums of amounts by kind, added up by the database."""
    for kind, amount in select((e.kind, sum(e.amount)) for e in query):
        yield EntryKind(kind), int(amount)
