"""What suppliers sell, and where they ship from."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from adapters.store import reading
from adapters.store.records import Location, Partner, Product
from adapters.store.tables import Tables, select


class Goods:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def put(self, supplier: Partner, products: Iterable[Product]) -> int:
        """Adds products or replaces what was declared about them; how many there were."""
        count = 0
        for each in products:
            said = {"title": each.title, "facts": dict(each.facts)}
            if each.prices is not None:
                said["prices"] = dict(each.prices)
            row = self._tables.Product.get(supplier=supplier.id, sku=each.sku)
            if row is None:
                self._tables.Product(supplier=supplier.id, sku=each.sku, **said)
            else:
                row.set(**said)
            count += 1
        return count

    def put_location(self, supplier: Partner, location: Location) -> Location:
        """Adds a location or replaces its address."""
        said = {
            "name": location.name,
            "lines": list(location.lines),
            "country": location.country,
        }
        row = self._tables.Location.get(supplier=supplier.id, handle=location.handle)
        if row is None:
            row = self._tables.Location(supplier=supplier.id, handle=location.handle, **said)
        else:
            row.set(**said)
        return reading.location(row)

    def product(self, supplier_id: str, sku: str) -> Product | None:
        """What a supplier sells under a SKU."""
        row = self._tables.Product.get(supplier=supplier_id, sku=sku[:60]) if sku else None
        return reading.product(row) if row else None

    def named(self, supplier_id: str, skus: Collection[str]) -> dict[str, Product]:
        """Of what a supplier sells, the products with these SKUs."""
        rows, wanted = self._tables.Product, list(skus)
        found = select(p for p in rows if p.supplier.id == supplier_id and p.sku in wanted)
        return {row.sku: reading.product(row) for row in found} if wanted else {}

    def location(self, supplier_id: str, handle: str) -> Location | None:
        """One of a supplier's locations by its handle (a place word of its policies, say)."""
        row = self._tables.Location.get(supplier=supplier_id, handle=handle[:60])
        return reading.location(row) if row else None
