"""Orders and their lines; only their retailer and their supplier see them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.identity.principal import Kind, Principal
from adapters.store import reading
from adapters.store.connection.locking import Keys, Lock
from adapters.store.connection.statements import Statements, marks
from adapters.store.drafts import Known, LineDraft, OrderDraft, Zones, faults_in
from adapters.store.hot_reads.families import Family, families
from adapters.store.ids import new_id
from adapters.store.ordering.faults import OrderFault
from adapters.store.ordering.ordered import Ordered, ordered
from adapters.store.recording import recording_faults
from adapters.store.records import Order, OrderLine, Standing
from adapters.store.tables import Tables, flush, select
from adapters.store.timestamps import kept, ordered_on
from engine.policy.register.tellers import Side

_HINTS: Final = 1_000
_LOCKED: Final = (
    "SELECT id FROM purchase WHERE id IN ({}) ORDER BY id",
    'SELECT id FROM purchase_line WHERE "order" IN ({}) ORDER BY id',
)
_OF_LINES: Final = 'o.id IN (SELECT g."order" FROM purchase_line g WHERE g.id IN ({}))'
_WAYS: Final = ("o.number IN ({})", "o.id IN ({})", _OF_LINES)
Names = tuple[Collection[str], Collection[str], Collection[str]]
"""Numbers of orders, keys of orders, and keys of lines."""

__all__ = ("Family", "Names", "OrderSource", "Orders")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSource:
    """Who adds an order, its standing, and what it waits for."""

    by: str
    standing: Standing
    waits_for: tuple[str, ...] = ()


class Orders:
    """Every call runs inside a session of the store."""

    def __init__(self, statements: Statements, tables: Tables, now: Callable[[], datetime]) -> None:
        self._statements = statements
        self._tables = tables
        self._now = now

    def numbered(self, principal: Principal, numbers: Collection[str]) -> tuple[Family, ...]:
        """The principal's orders with these numbers; several suppliers may share a number."""
        if not numbers:
            return ()
        side, wanted = principal.kind.value, sorted(numbers)
        condition = f"o.{side} = ? AND o.number IN ({marks(wanted)})"
        return families(self._statements, condition, [principal.tenant, *wanted])

    def keys_of(self, number: str) -> tuple[str, ...]:
        """Keys of the orders with a number; unscoped: no tenant check."""
        rows = self._tables.Order
        return tuple(sorted(select(o.id for o in rows if o.number == number)))

    def some(self, keys: Collection[str]) -> dict[str, Order]:
        """Orders by key, without their lines; unscoped: no tenant check."""
        rows, wanted = self._tables.Order, list(keys)
        found = select(o for o in rows if o.id in wanted) if wanted else ()
        return {row.id: reading.order(row) for row in found}

    def order(self, principal: Principal, key: str) -> Family | None:
        """Returns one of the principal's orders, or None."""
        return next(iter(self.by_key(principal, [key])), None)

    def by_key(self, principal: Principal, keys: Collection[str]) -> tuple[Family, ...]:
        """Those of the principal's orders with these keys."""
        wanted = sorted(keys)
        return self._own(principal, f"o.id IN ({marks(wanted)})", wanted) if wanted else ()

    def of_lines(self, principal: Principal, keys: Collection[str]) -> tuple[Family, ...]:
        """Those of the principal's orders with these lines."""
        wanted = sorted(keys)
        return self._own(principal, _OF_LINES.format(marks(wanted)), wanted) if wanted else ()

    def _own(
        self, principal: Principal, condition: str, values: Sequence[str]
    ) -> tuple[Family, ...]:
        side = principal.kind.value
        return families(
            self._statements, f"{condition} AND o.{side} = ?", [*values, principal.tenant]
        )

    def whole(self, key: str) -> Family | None:
        """An order with its lines; unscoped: no tenant check."""
        row = self._tables.Order.get(id=key)
        return _family(row) if row is not None else None

    def line(self, principal: Principal, key: str) -> OrderLine | None:
        """Returns a line of one of the principal's orders, or None."""
        found = self.of_lines(principal, [key])
        return _line(found[0], key) if found else None

    def locks(self, orders: Keys) -> tuple[Lock, ...]:
        """The locks on orders and their lines, under which nobody else counts their units."""
        names, values = orders
        return tuple((sql.format(names), values) for sql in _LOCKED)

    def of_line(self, key: str) -> tuple[Family, OrderLine]:
        """An order line with its order; raises LookupError; unscoped: no tenant check."""
        family = self.ordered(key).family
        return family, _line(family, key)

    def ordered(self, line: str) -> Ordered:
        """The order of a line with its history; raises LookupError; unscoped: no tenant check."""
        found = ordered(self._statements, _OF_LINES.format("?"), [line])
        if not found:
            raise LookupError("There is no such order line.")
        return found[0]

    def named(self, principal: Principal, by: Names) -> tuple[Ordered, ...]:
        """The principal's orders given by any of these names, each with its history."""
        ways = [(way, sorted(said)) for way, said in zip(_WAYS, by, strict=True) if said]
        if not ways:
            return ()
        either = " OR ".join(way.format(marks(said)) for way, said in ways)
        values = [value for _, said in ways for value in said]
        condition = f"o.{principal.kind.value} = ? AND ({either})"
        return ordered(self._statements, condition, [principal.tenant, *values])

    def faults(
        self, principal: Principal, drafts: Sequence[OrderDraft], zones: Zones
    ) -> tuple[OrderFault, ...]:
        """All faults of new orders, in their order.

        An order with a stranger gets no other fault, so that nobody learns another partner's SKUs.
        """
        strange = self._strangers(principal, drafts, self._ids(drafts))
        hidden = tuple(each.path.rpartition(".")[0] for each in strange)
        other = (
            *faults_in(drafts, self._known(drafts, zones)),
            *recording_faults(drafts, Side(principal.kind)),
        )
        return (*strange, *(each for each in other if not each.path.startswith(hidden)))

    def insert(self, draft: OrderDraft, said: OrderSource) -> Family:
        """Adds an order without faults, replacing a declined one of the same number."""
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
        """A fault for each order that is not the principal's, or whose partner it has no
        partnership with.
        """
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
        """What exists: of SKUs, the named ones and, for hints, some others of each supplier."""
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

    def _insert(self, draft: OrderDraft, pair: dict[str, str], said: OrderSource) -> Family:
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
            ordered_on=ordered_on(draft.dates),
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
            tax=line.tax.minor if line.tax else 0,
            location=place or None,
            dates=dict(line.dates),
            facts=dict(line.facts),
            goods=product.facts.get_untracked(),
        )


def _line(family: Family, key: str) -> OrderLine:
    return next(line for line in family.lines if line.id == key)


def _family(row: Any) -> Family:
    order = reading.order(row)
    lines = sorted(row.lines, key=lambda line: (len(line.number), line.number))
    return Family(order=order, lines=tuple(reading.order_line(line, order) for line in lines))
