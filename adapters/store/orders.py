"""Orders and their lines; each is seen by its retailer and its supplier, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.identity.principal import Kind, Principal
from adapters.store import reading
from adapters.store.drafts import Known, LineDraft, OrderDraft, Zones, faults_in
from adapters.store.moments import kept
from adapters.store.ordering.faults import OrderFault
from adapters.store.partners import new_id
from adapters.store.recording import recording_faults
from adapters.store.records import Order, OrderLine, Standing
from adapters.store.tables import Tables, flush, select
from engine.policy.register.tellers import Side

_HINTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """An order with all its lines."""

    order: Order
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who adds an order, and whether it holds or waits for its supplier, and for what."""

    by: str
    standing: Standing
    waits_for: tuple[str, ...] = ()


class Orders:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: Tables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

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

    def faults(
        self, principal: Principal, drafts: Sequence[OrderDraft], zones: Zones
    ) -> tuple[OrderFault, ...]:
        """Everything that is wrong with new orders, in their order.

        Of orders with strangers nothing else is said, so that nobody learns another's SKUs.
        """
        strange = self._strangers(principal, drafts, self._ids(drafts))
        hidden = tuple(each.path.rpartition(".")[0] for each in strange)
        other = (
            *faults_in(drafts, self._known(drafts, zones)),
            *recording_faults(drafts, Side(principal.kind)),
        )
        return (*strange, *(each for each in other if not each.path.startswith(hidden)))

    def insert(self, draft: OrderDraft, said: Said) -> Family:
        """A new order without faults, in place of a declined one of the same number."""
        ids = self._ids([draft])
        pair = {"retailer": ids[draft.retailer], "supplier": ids[draft.supplier]}
        before = self._tables.Order.get(number=draft.number, **pair)
        if before is not None:
            before.delete()
            flush()
        return self._insert(draft, pair, said)

    def _ids(self, drafts: Sequence[OrderDraft]) -> dict[str, str]:
        partners = {each for draft in drafts for each in (draft.supplier, draft.retailer)}
        return {row.handle: row.id for row in self._partners(list(partners))}

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

    def _known(self, drafts: Sequence[OrderDraft], zones: Zones) -> Known:
        """Of the SKUs those that are named, and some more of each supplier as hints."""
        of = list({draft.supplier for draft in drafts})
        numbers = list({draft.number for draft in drafts})
        skus = list({line.sku for draft in drafts for line in draft.lines})
        products, places, orders = self._tables.Product, self._tables.Location, self._tables.Order
        declined = str(Standing.DECLINED)
        named = select(
            (p.supplier.handle, p.sku)
            for p in products
            if p.supplier.handle in of and p.sku in skus
        )
        sold = select((p.supplier.handle, p.sku) for p in products if p.supplier.handle in of)
        at = select((p.supplier.handle, p.handle) for p in places if p.supplier.handle in of)
        taken = select(
            (o.retailer.handle, o.number, o.supplier.handle)
            for o in orders
            if o.number in numbers and o.standing != declined
        )
        return Known(
            skus=frozenset(sold.limit(_HINTS)) | frozenset(named),
            locations=frozenset(at),
            orders=frozenset(taken),
            zones=zones,
        )

    def _insert(self, draft: OrderDraft, pair: dict[str, str], said: Said) -> Family:
        row = self._tables.Order(
            id=new_id(),
            **pair,
            number=draft.number,
            currency=draft.currency,
            dates=dict(draft.dates),
            country=draft.country,
            channel=draft.channel,
            facts=dict(draft.facts),
            standing=said.standing,
            waits_for=list(said.waits_for),
            said_by=said.by,
            said_at=kept(self._now()),
        )
        for line in draft.lines:
            self._insert_line(row, line, pair["supplier"])
        return _family(row)

    def _insert_line(self, order: Any, line: LineDraft, supplier: str) -> None:
        place = line.location and self._tables.Location.get(supplier=supplier, handle=line.location)
        product = self._tables.Product.get(supplier=supplier, sku=line.sku)
        self._tables.OrderLine(
            id=new_id(),
            order=order,
            number=line.number,
            product=product,
            quantity=line.quantity,
            returned=line.returned,
            unit_price=line.unit_price.minor,
            location=place or None,
            dates=dict(line.dates),
            facts=dict(line.facts),
            goods=product.facts.get_untracked(),
        )


def _owns(principal: Principal, order: Any) -> bool:
    return principal.tenant in (order.retailer.id, order.supplier.id)


def _family(row: Any) -> Family:
    order = reading.order(row)
    lines = sorted(row.lines, key=lambda line: (len(line.number), line.number))
    return Family(order=order, lines=tuple(reading.order_line(line, order) for line in lines))
