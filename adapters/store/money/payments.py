"""How orders were paid: the ceilings under which settlements are planned."""

from __future__ import annotations

from typing import Final

from adapters.store.money.journal import Journal
from adapters.store.money.records import Payment, payment
from adapters.store.money.tables import MoneyTables
from adapters.store.partners import new_id
from adapters.store.tables import select
from engine.money import Money
from engine.settlement.instruments import Ways

ENDED: Final = ("won", "lost", "warning_closed", "prevented")
"""States in which a dispute stays."""


class Payments:
    """Every call runs inside a writing session of the store."""

    def __init__(self, tables: MoneyTables, journal: Journal) -> None:
        self._tables = tables
        self._journal = journal

    def add(self, supplier: str, retailer: str, order: str, amount: Money, ways: Ways) -> Payment:
        """How an order was paid; the same charge or invoice again is the one that is there."""
        rows = self._tables.Payment
        known_by = ways.charge or ways.invoice or "no_gateway"
        if supplier == retailer:  # of its consumer; neither side's payment hides the other's
            known_by = f"consumer {known_by}"
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

    def of_order(self, order: str, payee: str) -> tuple[Payment, ...]:
        """How an order was paid to its supplier, or by its consumer to its retailer."""
        rows = self._tables.Payment
        found = select(p for p in rows if p.order == order and p.supplier == payee)
        return tuple(map(payment, found.order_by(rows.id)))

    def known_by(self, supplier: str, *references: str) -> Payment | None:
        """A supplier's payment by its charge, payment intent or invoice."""
        rows, wanted = self._tables.Payment, [each for each in references if each]
        found = select(
            p
            for p in rows
            if p.supplier == supplier and (p.charge in wanted or p.invoice in wanted)
        )
        row = found.order_by(rows.id).first() if wanted else None
        return payment(row) if row else None

    def customers_of(self, supplier: str) -> tuple[str, ...]:
        """The customers at a supplier's gateway that are known from payments."""
        rows = self._tables.Payment
        found = select(p.customer for p in rows if p.supplier == supplier and p.customer != "")
        return tuple(sorted(found))

    def any_of(self, supplier: str) -> bool:
        """Whether a supplier was paid for any order."""
        return bool(self._tables.Payment.exists(supplier=supplier))

    def by_id(self, key: str) -> Payment | None:
        """A payment, whoever asks; rights are checked by who calls."""
        row = self._tables.Payment.get(id=key)
        return payment(row) if row else None

    def dispute(self, supplier: str, key: str, of: tuple[str, ...], status: str) -> bool:
        """What a bank says of a payment; whether it is one of ours.

        A dispute that ended stays so, whatever older news comes after it.
        """
        known = self.known_by(supplier, *of)
        if known is None:
            return False
        rows = self._tables.Dispute
        row = rows.get_for_update(id=key)
        if row is None:
            rows(id=key, payment=known.id, status=status)
        elif row.status in ENDED or row.status == status:
            return True
        else:
            row.status = status
        self._journal.add(
            supplier, "gateway", known.id, "payment_disputed", dispute=key, status=status
        )
        return True

    def hold(self, order: str) -> None:
        """Whoever else plans money of an order waits until this session ends."""
        rows = self._tables.Payment
        list(select(p for p in rows if p.order == order).order_by(rows.id).for_update())
