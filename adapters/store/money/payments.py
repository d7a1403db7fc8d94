"""How orders were paid: the ceilings under which settlements are planned."""

from __future__ import annotations

from adapters.store.money.journal import Journal
from adapters.store.money.records import Payment, payment
from adapters.store.money.tables import MoneyTables
from adapters.store.partners import new_id
from adapters.store.tables import select
from engine.money import Money
from engine.settlement.instruments import Ways


class Payments:
    """Every call runs inside a writing session of the store."""

    def __init__(self, tables: MoneyTables, journal: Journal) -> None:
        self._tables = tables
        self._journal = journal

    def add(self, supplier: str, retailer: str, order: str, amount: Money, ways: Ways) -> Payment:
        """How an order was paid; the same charge or invoice again is the one that is there."""
        rows = self._tables.Payment
        known_by = ways.charge or ways.invoice or "no_gateway"
        known = rows.get(order=order, known_by=known_by)
        if known is not None:
            return payment(known)
        row = rows(
            id=new_id(),
            supplier=supplier,
            retailer=retailer,
            order=order,
            known_by=known_by,
            charge=ways.charge,
            invoice=ways.invoice,
            customer=ways.customer,
            currency=amount.currency,
            amount=amount.minor,
        )
        self._journal.add(supplier, "supplier", row.id, "payment_added", amount=str(amount))
        return payment(row)

    def of_order(self, order: str) -> tuple[Payment, ...]:
        """How an order was paid."""
        rows = self._tables.Payment
        return tuple(map(payment, select(p for p in rows if p.order == order).order_by(rows.id)))

    def hold(self, order: str) -> None:
        """Whoever else plans money of an order waits until this session ends."""
        rows = self._tables.Payment
        list(select(p for p in rows if p.order == order).order_by(rows.id).for_update())
