"""Settlements and payments for the partners that they belong to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from adapters.identity.principal import Principal
from adapters.store.money.records import Payment, Settlement, payment, settlement
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select


class TenantMoney:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: MoneyTables) -> None:
        self._tables = tables

    def settlement(self, principal: Principal, key: str) -> Settlement | None:
        """Returns one of the principal's settlements, or None."""
        row = self._tables.Settlement.get(id=key)
        return settlement(row) if row is not None and _owns(principal, row) else None

    def settlements(self, keys: Collection[str]) -> dict[str, Settlement]:
        """Settlements by key; unscoped: no tenant check."""
        rows, wanted = self._tables.Settlement, list(keys)
        found = select(s for s in rows if s.id in wanted) if wanted else ()
        return {row.id: settlement(row) for row in found}

    def payment(self, principal: Principal, key: str) -> Payment | None:
        """Returns a payment of one of the principal's orders, or None."""
        row = self._tables.Payment.get(id=key)
        return payment(row) if row is not None and _owns(principal, row) else None

    def payments(self, principal: Principal, order: str) -> tuple[Payment, ...]:
        """The payments of one of the principal's orders."""
        rows = self._tables.Payment
        found = select(p for p in rows if p.order == order).order_by(rows.id)
        return tuple(payment(row) for row in found if _owns(principal, row))


def _owns(principal: Principal, row: Any) -> bool:
    return principal.tenant in (row.supplier, row.retailer)
