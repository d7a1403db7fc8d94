"""Returns as those see them whose they are: their retailer and their supplier, and nobody else."""

from __future__ import annotations

from collections.abc import Collection

from adapters.identity.principal import Principal
from adapters.store.returns import reading
from adapters.store.returns.records import ConsumerReturn, Return, ReturnStep
from adapters.store.returns.returns import Returns
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import select


class SeenReturns:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: ReturnTables, returns: Returns) -> None:
        self._tables = tables
        self._returns = returns

    def visible(self, principal: Principal, key: str) -> Return | None:
        """A return of the one who asks."""
        row = self._tables.Return.get(id=key)
        mine = row is not None and principal.tenant in (row.supplier, row.retailer)
        return reading.return_(row) if mine else None

    def numbered(self, principal: Principal, number: str) -> Return | None:
        """The return with an authorization's number, as it stands on a parcel."""
        asked = number[:40].strip().upper()
        row = self._tables.Return.get(number=asked) if asked else None
        return self.visible(principal, row.id) if row else None

    def of_line(self, principal: Principal, line: str) -> Return | None:
        """The return that a line is of."""
        row = self._tables.ReturnLine.get(id=line)
        return self.visible(principal, row.part_of.id) if row else None

    def whole(self, principal: Principal, key: str) -> ConsumerReturn | None:
        """A consumer's return, for its retailer."""
        row = self._tables.ConsumerReturn.get(id=key)
        mine = row is not None and row.retailer == principal.tenant
        return reading.consumer_return(row) if mine else None

    def steps(self, key: str) -> tuple[ReturnStep, ...]:
        """What happened to a return, in order."""
        self._returns.write()
        rows = self._tables.ReturnStep
        found = select(s for s in rows if s.part_of.id == key).order_by(lambda s: s.number)
        return tuple(map(reading.step, found))

    def some(self, keys: Collection[str]) -> dict[str, Return]:
        """Returns by key; unscoped: no tenant check."""
        rows, wanted = self._tables.Return, list(keys)
        found = select(r for r in rows if r.id in wanted) if wanted else ()
        return {row.id: reading.return_(row) for row in found}

    def wholes(self, keys: Collection[str]) -> dict[str, ConsumerReturn]:
        """Consumers' returns by key; unscoped: no tenant check."""
        rows, wanted = self._tables.ConsumerReturn, list(keys)
        found = select(r for r in rows if r.id in wanted) if wanted else ()
        return {row.id: reading.consumer_return(row) for row in found}
