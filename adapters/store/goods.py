"""Suppliers' products, and the locations from which they ship."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Final

from adapters.identity.actors import COMMAND_LINE
from adapters.store import reading
from adapters.store.audiences.of_goods import Declared, GoodsAudience
from adapters.store.journal.chains import Journal
from adapters.store.last_days import LastDays
from adapters.store.records import Location, Partner, Product
from adapters.store.tables import Tables, select
from engine.journal import canonical

LONGEST: Final = 60
"""Longest SKU and longest handle of a location, in characters; longer texts match none."""


class Goods:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: Tables, journal: Journal, last_days: LastDays) -> None:
        self._tables = tables
        self._journal = journal
        self._last_days = last_days
        self._audience = GoodsAudience(tables, journal)

    def put(self, supplier: Partner, products: Iterable[Product], by: str = COMMAND_LINE) -> int:
        """Adds or replaces products; returns how many there were."""
        self._journal.hold(supplier.id)
        products = list(products)
        before = self.named(supplier.id, [each.sku for each in products])
        declared = [self._put(supplier, each) for each in products]
        if any(each.sku in before and before[each.sku].facts != each.facts for each in products):
            self._last_days.rules_changed(supplier.id)  # decisions on orders read these facts
        if declared:
            self._audience.products(supplier.id, by, declared)
        return len(declared)

    def _put(self, supplier: Partner, product: Product) -> Declared:
        said: dict[str, object] = {"title": product.title, "facts": dict(product.facts)}
        if product.prices is not None:
            said["prices"] = dict(product.prices)
        row = self._tables.Product.get(supplier=supplier.id, sku=product.sku)
        before = reading.product(row) if row else Product(sku=product.sku, title="", facts={})
        if row is None:
            self._tables.Product(supplier=supplier.id, sku=product.sku, **said)
        else:
            row.set(**said)
        changed = _changed(before, product)
        return Declared(sku=product.sku, digest=digest_of(said), changed=changed)

    def put_location(
        self, supplier: Partner, location: Location, by: str = COMMAND_LINE
    ) -> Location:
        """Adds a location or replaces its name and address."""
        self._journal.hold(supplier.id)
        said: dict[str, object] = {
            "name": location.name,
            "lines": list(location.lines),
            "country": location.country,
        }
        row = self._tables.Location.get(supplier=supplier.id, handle=location.handle)
        changed = row is None or reading.location(row) != location
        if row is None:
            row = self._tables.Location(supplier=supplier.id, handle=location.handle, **said)
        else:
            row.set(**said)
        told = (location.handle, digest_of(said))
        self._audience.place(supplier.id, by, told, changed=changed)
        return reading.location(row)

    def product(self, supplier_id: str, sku: str) -> Product | None:
        """Returns a supplier's product by SKU, or None."""
        known = 0 < len(sku) <= LONGEST
        row = self._tables.Product.get(supplier=supplier_id, sku=sku) if known else None
        return reading.product(row) if row else None

    def named(self, supplier_id: str, skus: Collection[str]) -> dict[str, Product]:
        """Returns those of a supplier's products that have these SKUs, by SKU."""
        rows, wanted = self._tables.Product, list(skus)
        found = select(p for p in rows if p.supplier.id == supplier_id and p.sku in wanted)
        return {row.sku: reading.product(row) for row in found} if wanted else {}

    def some(self, keys: Collection[int]) -> dict[int, Product]:
        """Returns products by key; unscoped: no tenant check."""
        rows, wanted = self._tables.Product, list(keys)
        found = select(p for p in rows if p.id in wanted) if wanted else ()
        return {row.id: reading.product(row) for row in found}

    def places(self, keys: Collection[int]) -> dict[int, Location]:
        """Returns locations by key; unscoped: no tenant check."""
        rows, wanted = self._tables.Location, list(keys)
        found = select(p for p in rows if p.id in wanted) if wanted else ()
        return {row.id: reading.location(row) for row in found}

    def location(self, supplier_id: str, handle: str) -> Location | None:
        """Returns a supplier's location by its handle (a place that its policies name, for
        example).
        """
        known = 0 < len(handle) <= LONGEST
        row = self._tables.Location.get(supplier=supplier_id, handle=handle) if known else None
        return reading.location(row) if row else None

    def handles(self, supplier_id: str) -> list[str]:
        """The handles of a supplier's locations, in the order in which it declared them."""
        found = select(p for p in self._tables.Location if p.supplier.id == supplier_id)
        return [row.handle for row in found.order_by(lambda p: p.id)]

    def first_location(self, supplier_id: str, country: str) -> Location | None:
        """The location in a country that a supplier declared first, or None."""
        found = select(p for p in self._tables.Location if p.supplier.id == supplier_id)
        row = found.filter(lambda p: p.country == country).order_by(lambda p: p.id).first()
        return reading.location(row) if row else None

    def only_location(self, supplier_id: str) -> Location | None:
        """The supplier's location if it has exactly one, else None."""
        rows = select(p for p in self._tables.Location if p.supplier.id == supplier_id)[:2]
        return reading.location(rows[0]) if len(rows) == 1 else None


def digest_of(said: dict[str, object]) -> str:
    """SHA-256 of canonical JSON, which the journal records instead of the values themselves."""
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def _changed(before: Product, after: Product) -> tuple[str, ...]:
    """The names of facts whose values differ, and `title` if it does."""
    one, other = before.facts, after.facts
    names = {name for name in {*one, *other} if one.get(name) != other.get(name)}
    return tuple(sorted(names if before.title == after.title else {*names, "title"}))
