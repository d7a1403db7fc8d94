"""Orders and their lines; each is seen by its retailer and its supplier, and by nobody else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pony.orm import flush

from adapters.identity.principal import Kind, Principal, Scope
from adapters.store import reading
from adapters.store.drafts import Known, LineDraft, OrderDraft, OrderFault, OrderFaults, faults_in
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.paid import NewPayment
from adapters.store.money.payments import Payments
from adapters.store.partners import new_id
from adapters.store.records import Order, OrderLine
from adapters.store.tables import Tables, select
from engine.money import Money

_HINTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """An order with all its lines."""

    order: Order
    lines: tuple[OrderLine, ...]


class Orders:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: Tables, journal: Journal, payments: Payments) -> None:
        self._tables = tables
        self._journal = journal
        self._payments = payments

    def numbered(self, principal: Principal, numbers: Collection[str]) -> tuple[Family, ...]:
        """The principal's orders with these numbers; a number may stand for several suppliers."""
        rows, wanted, tenant = self._tables.Order, list(numbers), principal.tenant
        if not wanted:
            return ()
        if principal.kind is Kind.RETAILER:
            found = select(o for o in rows if o.retailer.id == tenant and o.number in wanted)[:]
        else:
            found = select(o for o in rows if o.supplier.id == tenant and o.number in wanted)[:]
        return tuple(_family(row) for row in found)

    def order(self, principal: Principal, key: str) -> Family | None:
        """One of the principal's orders."""
        row = self._tables.Order.get(id=key)
        return _family(row) if row is not None and _owns(principal, row) else None

    def line(self, principal: Principal, key: str) -> OrderLine | None:
        """One line of one of the principal's orders."""
        row = self._tables.OrderLine.get(id=key)
        if row is None or not _owns(principal, row.order):
            return None
        return reading.order_line(row, reading.order(row.order))

    def hold(self, key: str) -> None:
        """Whoever else counts units of an order waits until this session ends."""
        rows = self._tables.OrderLine
        list(select(each for each in rows if each.order.id == key).order_by(rows.id).for_update())

    def of_line(self, key: str) -> tuple[Family, OrderLine]:
        """An order line with its order, whoever asks; raises LookupError."""
        row = self._tables.OrderLine[key]
        family = _family(row.order)
        return family, next(line for line in family.lines if line.id == key)

    def add(self, principal: Principal, drafts: Sequence[OrderDraft]) -> tuple[Family, ...]:
        """Adds all orders or none; raises `OrderFaults` with everything that is wrong.

        Of orders with strangers nothing else is said, so that nobody learns another's SKUs.
        """
        principal.must(Scope.ADD_ORDERS)
        partners = {each for draft in drafts for each in (draft.supplier, draft.retailer)}
        ids = {row.handle: row.id for row in self._partners(list(partners))}
        strange = self._strangers(principal, drafts, ids) + _not_to_say(principal, drafts)
        hidden = tuple(each.path.rpartition(".")[0] for each in strange)
        other = faults_in(drafts, self._known(drafts))
        faults = (*strange, *(each for each in other if not each.path.startswith(hidden)))
        if faults:
            raise OrderFaults(faults)
        added = tuple(self._insert(draft, ids) for draft in drafts)
        self._tell(principal.by, drafts, added)
        return added

    def _tell(self, by: str, drafts: Sequence[OrderDraft], added: Sequence[Family]) -> None:
        """When all is written, so that nobody waits for a journal who holds one."""
        flush()
        orders = [family.order for family in added]
        suppliers, retailers = {o.supplier.id for o in orders}, {o.retailer.id for o in orders}
        self._journal.hold_all(suppliers, retailers)
        for draft, family in zip(drafts, added, strict=True):
            order, lines = family.order, family.lines
            pair = (order.supplier.id, order.retailer.id)
            said = {"lines": len(lines), "units": sum(line.quantity for line in lines)}
            self._journal.tell(Sides.between(*pair), by, order.id, "order_added", **said)
            if draft.paid is not None:
                self._payments.add(
                    NewPayment(
                        supplier=order.supplier.id,
                        retailer=order.retailer.id,
                        order=order.id,
                        amount=Money(draft.paid.amount, draft.currency),
                        ways=draft.paid.ways,
                        by=by,
                    )
                )

    def _partners(self, handles: list[str]) -> list[Any]:
        return list(select(p for p in self._tables.Partner if p.handle in handles))

    def _strangers(
        self, principal: Principal, drafts: Sequence[OrderDraft], ids: dict[str, str]
    ) -> list[OrderFault]:
        """A fault for each order that is not the principal's, or whose partner is none."""
        found: list[OrderFault] = []
        for index, draft in enumerate(drafts):
            mine = draft.retailer if principal.kind is Kind.RETAILER else draft.supplier
            supplier, retailer = ids.get(draft.supplier), ids.get(draft.retailer)
            joined = supplier and retailer and self._active(supplier, retailer)
            if mine == principal.handle and joined:
                continue
            other = draft.supplier if principal.kind is Kind.RETAILER else draft.retailer
            found.append(
                OrderFault(
                    code="unknown_partner",
                    message=f"There is no active partnership with `{other[:60]}`.",
                    path=f"orders[{index}].partner",
                )
            )
        return found

    def _active(self, supplier: str, retailer: str) -> bool:
        rows = self._tables.Partnership
        return bool(rows.exists(supplier=supplier, retailer=retailer, status="active"))

    def _known(self, drafts: Sequence[OrderDraft]) -> Known:
        """Of the SKUs those that are named, and some more of each supplier as hints."""
        of = list({draft.supplier for draft in drafts})
        numbers = list({draft.number for draft in drafts})
        skus = list({line.sku for draft in drafts for line in draft.lines})
        products, places, orders = self._tables.Product, self._tables.Location, self._tables.Order
        named = select(
            (p.supplier.handle, p.sku)
            for p in products
            if p.supplier.handle in of and p.sku in skus
        )
        sold = select((p.supplier.handle, p.sku) for p in products if p.supplier.handle in of)
        at = select((p.supplier.handle, p.handle) for p in places if p.supplier.handle in of)
        taken = select(
            (o.retailer.handle, o.number, o.supplier.handle) for o in orders if o.number in numbers
        )
        return Known(
            skus=frozenset(sold.limit(_HINTS)) | frozenset(named),
            locations=frozenset(at),
            orders=frozenset(taken),
        )

    def _insert(self, draft: OrderDraft, ids: dict[str, str]) -> Family:
        row = self._tables.Order(
            id=new_id(),
            retailer=ids[draft.retailer],
            supplier=ids[draft.supplier],
            number=draft.number,
            currency=draft.currency,
            dates=dict(draft.dates),
            country=draft.country,
            channel=draft.channel,
            facts=dict(draft.facts),
        )
        for line in draft.lines:
            self._insert_line(row, line, ids[draft.supplier])
        return _family(row)

    def _insert_line(self, order: Any, line: LineDraft, supplier: str) -> None:
        place = line.location and self._tables.Location.get(supplier=supplier, handle=line.location)
        self._tables.OrderLine(
            id=new_id(),
            order=order,
            number=line.number,
            product=self._tables.Product.get(supplier=supplier, sku=line.sku),
            quantity=line.quantity,
            returned=line.returned,
            unit_price=line.unit_price.minor,
            location=place or None,
            dates=dict(line.dates),
            facts=dict(line.facts),
        )


def _not_to_say(principal: Principal, drafts: Sequence[OrderDraft]) -> list[OrderFault]:
    """Money goes back to what a payment names at the supplier's gateway, so it names that."""
    return [
        OrderFault(
            code="suppliers_only",
            message="How an order was paid is said by its supplier.",
            path=f"orders[{index}].payment",
        )
        for index, draft in enumerate(drafts)
        if draft.paid is not None and principal.kind is not Kind.SUPPLIER
    ]


def _owns(principal: Principal, order: Any) -> bool:
    return principal.tenant in (order.retailer.id, order.supplier.id)


def _family(row: Any) -> Family:
    order = reading.order(row)
    lines = sorted(row.lines, key=lambda line: (len(line.number), line.number))
    return Family(order=order, lines=tuple(reading.order_line(line, order) for line in lines))
