"""Payments of orders: the ceilings under which settlements are planned."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from adapters.store.connection.locking import Keys, Lock
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.charges import ceilings
from adapters.store.money.charges.keeping import Charges
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Payment, payment
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.instruments import PaymentReferences

_PAID: Final = 'SELECT id FROM payment WHERE "order" IN ({}) ORDER BY id'
_CHARGED: Final = """SELECT id FROM charge
    WHERE id IN (SELECT p.source FROM payment p WHERE p."order" IN ({})) ORDER BY id"""


class Payments:
    """Every call runs inside a writing session of the store."""

    def __init__(self, tables: MoneyTables, journal: Journal, charges: Charges) -> None:
        self._tables = tables
        self._journal = journal
        self._charges = charges

    def add(self, new: NewPayment) -> Payment:
        """Records how an order was paid; a repeated charge or invoice returns the existing payment.

        Raises `RequestFault` if that has another amount, or if the charge is too small beside what
        other payments take of it.
        """
        rows, ways = self._tables.Payment, new.ways
        known_by = ways.charge or ways.invoice or "no_gateway"
        if new.supplier == new.retailer:  # consumers' payments are known by names of their own
            known_by = f"consumer {known_by}"
        source = self._source(new)
        known = self._known(new, known_by, source)
        if known is not None:
            return payment(known)
        if source is not None:
            _check_room(new, source, ceilings.said_of(self._tables, source))
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
            place=1 + len(self.of_order(new.order, new.supplier)),
            source=source,
        )
        sides = Sides.between(new.supplier, new.retailer)
        self._journal.tell(sides, new.by, row.id, "payment_added", amount=str(new.amount))
        return payment(row)

    def _source(self, new: NewPayment) -> Any:
        """Locks and returns the payment's charge; None if it has none at a gateway."""
        found = self._charges.of(new.supplier, new.ways, new.amount.currency)
        if len(found) > 1:
            raise RequestFault(
                "other_invoice", "The charge and the invoice are known as two.", "payment.invoice"
            )
        return found[0] if found else None

    def _known(self, new: NewPayment, known_by: str, source: Any) -> Any:
        rows = self._tables.Payment
        known = rows.get(order=new.order, known_by=known_by)
        if known is None and source is not None:
            order, payee = new.order, new.supplier
            same = select(
                p for p in rows if p.order == order and p.supplier == payee and p.source == source
            )
            known = same.order_by(rows.id).first()
        if known is not None and known.amount != new.amount.minor:
            raise RequestFault(
                "other_amount",
                f"This payment is on record with {Money(known.amount, known.currency)}.",
                "payment.amount",
            )
        return known

    def of_order(self, order: str, payee: str) -> tuple[Payment, ...]:
        """The payments of an order to a payee: its supplier, or its retailer from the consumer."""
        rows = self._tables.Payment
        found = select(p for p in rows if p.order == order and p.supplier == payee)
        return tuple(map(payment, found.order_by(lambda p: (p.place, p.id))))

    def beside(self, key: str | None) -> tuple[PaymentReferences, ...]:
        """All payments of a payment's order to its payee, including that one."""
        row = self._tables.Payment.get(id=key) if key else None
        return tuple(each.ways for each in self.of_order(row.order, row.supplier)) if row else ()

    def known_by(self, supplier: str, *references: str) -> Payment | None:
        """Returns a supplier's payment by its invoice, its customer or any name of its charge, or
        None.
        """
        rows, wanted = self._tables.Payment, [each for each in references if each]
        mine = select(p for p in rows if p.supplier == supplier)
        said = mine.filter(
            lambda p: p.charge in wanted or p.invoice in wanted or p.customer in wanted
        )
        row = said.order_by(rows.id).first() if wanted else None
        if row is None and wanted:
            charges = self._tables.Charge
            read = select(
                p
                for p in rows
                for c in charges
                if p.source == c
                and c.supplier == supplier
                and (
                    c.reference in wanted
                    or c.intent in wanted
                    or c.invoice in wanted
                    or c.customer in wanted
                )
            )
            row = read.order_by(rows.id).first()
        return payment(row) if row else None

    def payees(self, among: Collection[str], *references: str) -> frozenset[str]:
        """Those of some partners that a charge or invoice paid, given by any of its names."""
        rows, wanted, asked = self._tables.Payment, [*filter(None, references)], list(among)
        if not wanted or not asked:
            return frozenset()
        charges = self._tables.Charge
        said = select(
            p.supplier
            for p in rows
            if p.supplier in asked and (p.charge in wanted or p.invoice in wanted)
        )
        read = select(
            c.supplier
            for c in charges
            if c.supplier in asked
            and (c.reference in wanted or c.intent in wanted or c.invoice in wanted)
        )
        return frozenset((*said, *read))

    def customers_of(self, supplier: str) -> tuple[str, ...]:
        """Customers at a partner's gateway that its payments name, or that its retailers' charges
        name.

        Customers of a retailer's own consumers count only if a payment names them.
        """
        rows = self._tables.Payment
        mine = select(p for p in rows if p.supplier == supplier)
        said = select(p.customer for p in mine if p.customer != "")
        read = select(
            p.source.customer for p in mine if p.retailer != supplier and p.source.customer != ""
        )
        return tuple(sorted({*said, *read}))

    def any_of(self, supplier: str) -> bool:
        """Whether a supplier was paid for any order."""
        return bool(self._tables.Payment.exists(supplier=supplier))

    def by_id(self, key: str) -> Payment | None:
        """Returns a payment; unscoped: callers check permissions."""
        row = self._tables.Payment.get(id=key)
        return payment(row) if row else None

    def locks(self, orders: Keys) -> tuple[Lock, ...]:
        """The locks on orders' payments and charges: nobody else then plans money of them."""
        names, values = orders
        return ((_PAID.format(names), values), (_CHARGED.format(names), values))


def _check_room(new: NewPayment, source: Any, said: int) -> None:
    """Raises `RequestFault` unless the charge is large enough beside its other payments."""
    if source.currency != new.amount.currency:
        currency = source.currency
        raise RequestFault(
            "other_currency",
            f"The charge is in {currency}, not in {new.amount.currency}.",
            "payment.charge",
        )
    if not source.amount and said:
        raise RequestFault(
            "charge_in_use",
            "This charge is of another payment, and no gateway says how much it carries.",
            "payment.charge",
        )
    if source.amount and said + new.amount.minor > source.amount - source.given_before:
        code = "charge_in_use" if said else "charge_too_small"
        more = " beside the payments that it is of already" if said else ""
        raise RequestFault(code, f"The charge does not carry {new.amount}{more}.", "payment.amount")
