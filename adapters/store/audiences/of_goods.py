"""Journals declared products and locations for a supplier and its retailers.

A retailer's journal gets products that it has bought or receives the stock of: it may not see what
else a supplier sells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.records import Status
from adapters.store.tables import Tables, select


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A declared product: its digest, and the names of the values that changed."""

    sku: str
    digest: str
    changed: tuple[str, ...]

    @property
    def told(self) -> dict[str, object]:
        """The product's fields in the journal."""
        return {"sku": self.sku, "digest": self.digest, "changed": list(self.changed)}


class GoodsAudience:
    """Every call runs inside a session that holds the supplier's journal."""

    def __init__(self, tables: Tables, journal: Journal) -> None:
        self._tables = tables
        self._journal = journal

    def products(self, supplier: str, by: str, declared: Iterable[Declared]) -> None:
        """Journals all products for the supplier, and changed ones for each retailer that knows
        them.
        """
        found = {each.sku: each for each in declared}
        known = self._known(supplier, [sku for sku, each in found.items() if each.changed])
        self._journal.hold_all([supplier], list(known))
        self._tell(Sides(own=supplier), by, supplier, found.values())
        for retailer in sorted(known):
            told = [found[sku] for sku in sorted(known[retailer])]
            self._tell(Sides(others=(retailer,)), by, supplier, told)

    def _tell(self, to: Sides, by: str, supplier: str, declared: Iterable[Declared]) -> None:
        products = [each.told for each in declared]
        self._journal.tell(to, by, supplier, "products_put", products=products)

    def place(self, supplier: str, by: str, said: tuple[str, str], *, changed: bool) -> None:
        """`said` is its handle and the digest of its address; retailers get an entry if it
        `changed`.
        """
        retailers = self._retailers(supplier) if changed else []
        self._journal.hold_all([supplier], retailers)
        to = Sides(own=supplier, others=tuple(retailers))
        self._journal.tell(to, by, supplier, "location_put", location=said[0], digest=said[1])

    def _known(self, supplier: str, skus: list[str]) -> Mapping[str, set[str]]:
        """Those of some SKUs that each active retailer knows."""
        active, known = set(self._retailers(supplier)), dict[str, set[str]]()
        for retailer, sku in (*self._bought(supplier, skus), *self._shared(supplier, skus)):
            if retailer in active:
                known.setdefault(retailer, set()).add(sku)
        return known

    def _bought(self, supplier: str, skus: list[str]) -> Iterable[tuple[str, str]]:
        found = select(
            (line.order.retailer.id, p.sku)
            for p in self._tables.Product
            for line in p.order_lines
            if p.supplier.id == supplier and p.sku in skus
        )
        return found if skus else ()

    def _shared(self, supplier: str, skus: list[str]) -> Iterable[tuple[str, str]]:
        found = select(
            (f.channel.partnership.retailer.id, p.sku)
            for p in self._tables.Product
            for f in p.feeds
            if p.supplier.id == supplier and p.sku in skus and f.want > 0
        )
        return found if skus else ()

    def _retailers(self, supplier: str) -> list[str]:
        rows, active = self._tables.Partnership, str(Status.ACTIVE)
        found = select(
            p.retailer.id for p in rows if p.supplier.id == supplier and p.status == active
        )
        return list(found)
