"""How orders were paid: the ceilings under which settlements are planned."""

from __future__ import annotations

from typing import Final

from adapters.identity.actors import GATEWAY
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Payment, payment
from adapters.store.money.tables import MoneyTables
from adapters.store.partners import new_id
from adapters.store.tables import select

WON: Final = ("won", "warning_closed", "prevented")
"""Ends of a dispute that leave the money with who was paid."""
ENDED: Final = (*WON, "lost")
"""States in which a dispute stays."""


class Payments:
    """Every call runs inside a writing session of the store."""

    def __init__(self, tables: MoneyTables, journal: Journal) -> None:
        self._tables = tables
        self._journal = journal

    def add(self, new: NewPayment) -> Payment:
        """How an order was paid; the same charge or invoice again is the one that is there."""
        rows, ways = self._tables.Payment, new.ways
        known_by = ways.charge or ways.invoice or "no_gateway"
        if new.supplier == new.retailer:  # of its consumer; neither side hides the other's
            known_by = f"consumer {known_by}"
        known = rows.get(order=new.order, known_by=known_by)
        if known is not None:
            return payment(known)
        row = rows(
            id=new_id(),
            supplier=new.supplier,
            retailer=new.retailer,
            order=new.order,
            known_by=known_by,
            charge=ways.charge,
            invoice=ways.invoice,
            customer=ways.customer,
            currency=new.amount.currency,
            amount=new.amount.minor,
        )
        sides = Sides.between(new.supplier, new.retailer)
        self._journal.tell(sides, new.by, row.id, "payment_added", amount=str(new.amount))
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
        sides = Sides.between(known.supplier, known.retailer)
        said = {"disputed": status not in WON, "dispute": key, "status": status}
        self._journal.tell(sides, GATEWAY, known.id, "payment_disputed", **said)
        return True

    def hold(self, order: str) -> None:
        """Whoever else plans money of an order waits until this session ends."""
        rows = self._tables.Payment
        list(select(p for p in rows if p.order == order).order_by(rows.id).for_update())
