"""Charges as the gateway shows them; one record for all their names and orders."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, Final

from adapters.store.connection.locking import Lock
from adapters.store.connection.statements import marks
from adapters.store.ids import new_id
from adapters.store.money.charges.disputes import Disputes
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import flush, locked, select
from adapters.store.timestamps import kept
from engine.settlement.charges import ChargeRead
from engine.settlement.instruments import PaymentReferences

_LOCKED: Final = """SELECT id FROM charge WHERE supplier IN ({0})
    AND (reference IN ({1}) OR intent IN ({1}) OR invoice IN ({1})) ORDER BY id"""


class Charges:
    """Every call runs inside a writing session of the store; lock payments before charges."""

    def __init__(
        self, tables: MoneyTables, disputes: Disputes, now: Callable[[], datetime]
    ) -> None:
        self._tables = tables
        self._disputes = disputes
        self._now = now

    def know(self, supplier: str, read: ChargeRead) -> None:
        """Stores a charge as the gateway shows it; merges records that turn out to be one."""
        rows = self._to_join(supplier, read.names)
        first = next((row for row in rows if row.reference == read.reference), None)
        row = first or (rows[0] if rows else None)
        if row is None:
            row = self._made(supplier, read)
        for other in rows:
            if other is not row:
                self._joined(other, row)
        # Read by its invoice, a charge includes earlier credit notes too.
        row.reference, row.amount = read.reference, max(row.amount, read.amount.minor)
        row.currency = read.amount.currency
        for name in ("intent", "invoice", "customer"):
            if getattr(read, name):
                setattr(row, name, getattr(read, name))
        row.read_at = row.read_at or kept(read.read_at or self._now())
        made_at = kept(read.made_at) if read.made_at else None
        row.made_at = min(filter(None, (row.made_at, made_at)), default=None)
        for each in read.disputes:
            self._disputes.know(supplier, each)

    def unread(
        self, supplier: str, paid: Iterable[str], most: int
    ) -> tuple[PaymentReferences, ...]:
        """Some charges of a partner that were never read at its gateway.

        Includes those of `paid` invoices whose payment intent is unknown.
        """
        rows, invoices = self._tables.Charge, list(paid)
        mine = select(c for c in rows if c.supplier == supplier)
        found = mine.filter(lambda c: c.amount == 0 or (c.intent == "" and c.reference in invoices))
        return tuple(
            PaymentReferences(invoice=row.reference)
            if row.reference == row.invoice
            else PaymentReferences(charge=row.reference)
            for row in found.order_by(rows.id)[:most]
        )

    def locks(
        self, suppliers: Collection[str], said: Iterable[PaymentReferences]
    ) -> tuple[Lock, ...]:
        """The locks on charges that payments name: nobody else then plans money of them."""
        names = sorted({name for each in said for name in (each.charge, each.invoice) if name})
        values = (*suppliers, *names, *names, *names)
        return ((_LOCKED.format(marks([*suppliers]), marks(names)), values),) if names else ()

    def _to_join(self, supplier: str, names: Iterable[str]) -> list[Any]:
        """Locks charges by their names; if several, first the payments that will be reassigned.

        The order of locks is payments before charges.
        """
        found = self._by_name(supplier, names)
        several = list(select(c.id for c in found)) if found is not None else []
        if len(several) > 1:
            payments = self._tables.Payment
            theirs = select(p for p in payments if p.source.id in several)
            locked(theirs.order_by(payments.id))
        return self.named(supplier, names)

    def named(self, supplier: str, names: Iterable[str]) -> list[Any]:
        """A partner's charges by any of their names, held."""
        found = self._by_name(supplier, names)
        return [] if found is None else locked(found.order_by(self._tables.Charge.id))

    def _by_name(self, supplier: str, names: Iterable[str]) -> Any:
        """A query of charges by name; None if no name is given."""
        wanted, rows = [each for each in names if each], self._tables.Charge
        if not wanted:
            return None
        return select(
            c
            for c in rows
            if c.supplier == supplier
            and (c.reference in wanted or c.intent in wanted or c.invoice in wanted)
        )

    def of(self, supplier: str, ways: PaymentReferences, currency: str) -> list[Any]:
        """Locks and returns the charges that a payment names, adding an unread one if there is
        none.

        Returns an empty list if neither charge nor invoice is named.
        """
        found = self.named(supplier, (ways.charge, ways.invoice))
        if found or not (ways.charge or ways.invoice):
            return found
        return [
            self._tables.Charge(
                id=new_id(),
                supplier=supplier,
                reference=ways.charge or ways.invoice,
                intent=ways.charge if ways.charge.startswith("pi_") else "",
                invoice=ways.invoice,
                customer=ways.customer,
                currency=currency,
            )
        ]

    def _made(self, supplier: str, read: ChargeRead) -> Any:
        """Adds a charge; what was given back before its first read stays counted as given back."""
        given = read.amount.minor - read.left.minor
        lost = sum(each.amount.minor for each in read.disputes if each.status == "lost")
        return self._tables.Charge(
            id=new_id(),
            supplier=supplier,
            reference=read.reference,
            intent=read.intent,
            invoice=read.invoice,
            customer=read.customer,
            currency=read.amount.currency,
            given_before=max(0, given - lost),
        )

    def _joined(self, other: Any, row: Any) -> None:
        for paid in list(other.payments):
            paid.source = row
        for dispute in list(other.disputes):
            dispute.charge = row
        row.given_before = max(row.given_before, other.given_before)
        row.intent = row.intent or other.intent
        row.invoice = row.invoice or other.invoice
        row.made_at = min(filter(None, (row.made_at, other.made_at)), default=None)
        other.delete()
        flush()
