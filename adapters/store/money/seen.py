"""Settlements and payments as those see them whose money it is, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.identity.principal import Kind, Principal
from adapters.store.money.records import Payment, Settlement, payment, settlement
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import desc, select
from engine.settlement.machine import SettlementState


class SeenMoney:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: MoneyTables) -> None:
        self._tables = tables

    def settlement(self, principal: Principal, key: str) -> Settlement | None:
        """One of the principal's settlements."""
        row = self._tables.Settlement.get(id=key)
        return settlement(row) if row is not None and _owns(principal, row) else None

    def settlements(
        self, principal: Principal, states: Sequence[SettlementState], order: str | None = None
    ) -> list[str]:
        """The keys of its settlements, newest first; of an order's payments, if one is given."""
        rows, tenant = self._tables.Settlement, principal.tenant
        if principal.kind is Kind.SUPPLIER:
            found = select(s for s in rows if s.supplier == tenant)
        else:
            found = select(s for s in rows if s.retailer == tenant)
        if states:
            wanted = [str(each) for each in states]
            found = found.filter(lambda s: s.state in wanted)
        if order is not None:
            found = found.filter(lambda s: s.payment.order == order)
        newest = found.order_by(lambda s: (desc(s.made_at), desc(s.id)))
        return list(select(s.id for s in newest))

    def payment(self, principal: Principal, key: str) -> Payment | None:
        """A payment of one of its orders."""
        row = self._tables.Payment.get(id=key)
        return payment(row) if row is not None and _owns(principal, row) else None

    def payments(self, principal: Principal, order: str) -> tuple[Payment, ...]:
        """How one of its orders was paid."""
        rows = self._tables.Payment
        found = select(p for p in rows if p.order == order).order_by(rows.id)
        return tuple(payment(row) for row in found if _owns(principal, row))


def _owns(principal: Principal, row: Any) -> bool:
    return principal.tenant in (row.supplier, row.retailer)
