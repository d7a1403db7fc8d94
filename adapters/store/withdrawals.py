"""Withdrawals of editions: each is written once, while the edition itself never changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from adapters.store.records import Withdrawal
from adapters.store.tables import Tables, select
from adapters.store.timestamps import given_back, kept

ByEdition = dict[str, tuple[Withdrawal, ...]]
"""Withdrawals by the id of their edition, in the order of recording."""


class Withdrawals:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: Tables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def add(self, key: str, edition: str, said: tuple[int | None, str], by: str) -> Withdrawal:
        """Adds a withdrawal under its id; `said` is its first day, if any, and its reason."""
        rows, (first, why) = self._tables.Withdrawal, said
        number = select(w for w in rows if w.edition.id == edition).count() + 1
        row = rows(
            id=key,
            edition=edition,
            number=number,
            first=first,
            why=why,
            withdrawn_at=kept(self._now()),
            withdrawn_by=by,
        )
        return _read(row)

    def by_id(self, key: str) -> Withdrawal | None:
        """Returns a withdrawal by its id, or None; unscoped: no tenant check."""
        row = self._tables.Withdrawal.get(id=key)
        return _read(row) if row else None

    def of_owner(self, owner_id: str) -> ByEdition:
        """All withdrawals of one partner's editions."""
        return self._found(lambda w: w.edition.owner.id == owner_id)

    def of_policies(self, names: Any) -> ByEdition:
        """All withdrawals of some policies' editions; `names` may be a query."""
        return self._found(lambda w: w.edition.policy in names)

    def of_editions(self, keys: list[str]) -> ByEdition:
        """All withdrawals of some editions, by their ids."""
        return self._found(lambda w: w.edition.id in keys)

    def _found(self, condition: Callable[[Any], bool]) -> ByEdition:
        rows = select(w for w in self._tables.Withdrawal).where(condition)
        found: ByEdition = {}
        for each in map(_read, rows.order_by(lambda w: w.number)):
            found[each.edition] = (*found.get(each.edition, ()), each)
        return found


def _read(row: Any) -> Withdrawal:
    return Withdrawal(
        id=row.id,
        edition=row.edition.id,
        first=row.first,
        why=row.why,
        at=given_back(row.withdrawn_at),
        by=row.withdrawn_by,
    )
