"""Returns for the partners that they belong to: their retailer and their supplier."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from adapters.identity.principal import Principal
from adapters.store.connection.statements import Statements, marks
from adapters.store.returns import reading
from adapters.store.returns.records import ConsumerReturn, Return
from adapters.store.returns.tables import ReturnTables
from adapters.store.returns.wholes import seen
from adapters.store.tables import select
from adapters.store.timestamps import given_back

_OF_LINE: Final = "r.id = (SELECT n.part_of FROM return_line n WHERE n.id = ?)"
_WHOLE: Final = """SELECT c.id, c.retailer, c.reference, c.requested_at, r.id
    FROM consumer_return c LEFT JOIN goods_return r ON r.part_of = c.id
    WHERE c.id = ? ORDER BY r.number"""


class TenantReturns:
    """Every call runs inside a session of the store."""

    def __init__(self, statements: Statements, tables: ReturnTables) -> None:
        self._statements = statements
        self._tables = tables

    def visible(self, principal: Principal, key: str) -> Return | None:
        """Returns one of the principal's returns, or None."""
        return self._visible(principal, "r.id = ?", key)

    def numbered(self, principal: Principal, number: str) -> Return | None:
        """Returns the principal's return with this RMA number, as it is on a parcel, or None."""
        asked = number.strip().upper()
        return self._visible(principal, "r.number = ?", asked) if asked else None

    def of_line(self, principal: Principal, line: str) -> Return | None:
        """Returns the principal's return of a line, or None."""
        return self._visible(principal, _OF_LINE, line)

    def _visible(self, principal: Principal, condition: str, value: str) -> Return | None:
        found = next(seen(self._statements, condition, value), None)
        mine = found is not None and principal.tenant in (found.supplier, found.retailer)
        return found if mine else None

    def whole(self, principal: Principal, key: str) -> ConsumerReturn | None:
        """Returns a consumer's return, for its retailer, or None."""
        rows = self._statements.rows(_WHOLE, key)
        if not rows or rows[0][1] != principal.tenant:
            return None
        key, retailer, reference, at, _ = rows[0]
        return ConsumerReturn(
            id=key,
            retailer=retailer,
            reference=reference,
            requested_at=given_back(at),
            parts=tuple(part for *_, part in rows if part is not None),
        )

    def some(self, keys: Collection[str]) -> dict[str, Return]:
        """Returns by key; unscoped: no tenant check."""
        wanted = list(keys)
        found = seen(self._statements, f"r.id IN ({marks(wanted)})", *wanted) if wanted else ()
        return {each.id: each for each in found}

    def wholes(self, keys: Collection[str]) -> dict[str, ConsumerReturn]:
        """Consumers' returns by key; unscoped: no tenant check."""
        rows, wanted = self._tables.ConsumerReturn, list(keys)
        found = select(r for r in rows if r.id in wanted) if wanted else ()
        return {row.id: reading.consumer_return(row) for row in found}
