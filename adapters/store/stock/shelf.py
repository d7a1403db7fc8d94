"""The rows of some SKUs of a supplier under one lock, and changes of their quantities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.store.stock.tables import StockTables
from adapters.store.tables import Tables, select
from engine.errors import RequestFault
from engine.stock.moves import Bucket, Counted, StockMove

MOST: Final = 2_000_000_000
"""Units of a SKU; what partners are told has 32 bits."""

Change = StockMove | Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who changes the quantities, and when."""

    supplier: str
    actor: str
    at: datetime


class Shelf:
    """Made inside a writing session that holds the supplier; rows are locked by SKU, in order."""

    def __init__(
        self, tables: Tables, stock: StockTables, known: Known, changes: Iterable[Change]
    ) -> None:
        self._stock = stock
        self._known = known
        asked = list(changes)
        skus, handles = ({each.sku for each in asked}, {each.location for each in asked})
        self._products = _by(tables.Product, known.supplier, "sku", skus)
        self._locations = _by(tables.Location, known.supplier, "handle", handles)
        self._causes = self._done({each.cause for each in asked})
        self._rows = self._locked(list(self._products.values()))
        self._levels = self._known_levels(list(self._products.values()))
        self._before = {sku: (row.available, row.counted) for sku, row in self._rows.items()}

    def _done(self, causes: set[str]) -> dict[str, Any]:
        moves, supplier = self._stock.StockMove, self._known.supplier
        found = select(m for m in moves if m.supplier == supplier and m.cause in causes)
        return {row.cause: row for row in found}

    def _locked(self, products: list[Any]) -> dict[str, Any]:
        """The stock of each SKU, made where there is none; locked in the order of products."""
        rows, at = self._stock.Stock, self._known.at
        found = select(s for s in rows if s.product in products)
        locked = {row.product: row for row in found.order_by(lambda s: s.product).for_update()}
        return {
            each.sku: locked.get(each) or rows(product=each, changed_at=at) for each in products
        }

    def _known_levels(self, products: list[Any]) -> dict[tuple[Any, Any, str], Any]:
        found = select(level for level in self._stock.StockLevel if level.product in products)
        return {(row.product, row.location, row.bucket): row for row in found}

    def change(self, asked: Change) -> Any:
        """The row of a change; None where its cause changed the same before."""
        product, location = self._found(asked)
        row = self._quantity(product, location, _bucket(asked))
        if asked.cause in self._causes:
            _check_same(self._causes[asked.cause], row, asked)
            return None
        before, stock = row.quantity, self._rows[asked.sku]
        self._set(stock, row, _after(asked, before))
        stock.counted |= isinstance(asked, Counted)
        made = self._stock.StockMove(
            supplier=self._known.supplier,
            cause=asked.cause,
            product=product,
            location=location,
            bucket=row.bucket,
            delta=row.quantity - before,
            after=row.quantity,
            at=self._known.at,
            actor=self._known.actor,
        )
        self._causes[asked.cause] = made
        return made

    def _found(self, asked: Change) -> tuple[Any, Any]:
        if asked.sku not in self._products:
            raise RequestFault(
                "unknown_sku", f"There is no SKU `{asked.sku[:60]}` of yours.", "sku"
            )
        if asked.location not in self._locations:
            said = f"There is no location `{asked.location[:60]}` of yours."
            raise RequestFault("unknown_location", said, "location")
        return self._products[asked.sku], self._locations[asked.location]

    def _quantity(self, product: Any, location: Any, bucket: Bucket) -> Any:
        key = (product, location, str(bucket))
        if key not in self._levels:
            rows = self._stock.StockLevel
            self._levels[key] = rows(product=product, location=location, bucket=bucket)
        return self._levels[key]

    def _set(self, stock: Any, row: Any, after: int) -> None:
        if after < 0:
            raise RequestFault(
                "below_zero",
                f"Only {row.quantity} of `{stock.product.sku}` are {row.bucket} there.",
                "delta",
            )
        if row.bucket == Bucket.AVAILABLE:
            stock.available += after - row.quantity
        row.quantity = after
        if max(stock.available, after) > MOST:
            raise RequestFault("too_many", f"A SKU has at most {MOST:,} units.", "quantity")

    def news(self) -> tuple[Any, ...]:
        """The stock of SKUs of which partners see something new, numbered on."""
        news = [
            row
            for sku, row in self._rows.items()
            if (row.available, row.counted) != self._before[sku]
        ]
        for row in news:
            row.sequence += 1
            row.changed_at = self._known.at
        return tuple(row for row in news if row.counted)


def _by(rows: Any, supplier: str, name: str, texts: set[str]) -> dict[str, Any]:
    found = select(r for r in rows if r.supplier.id == supplier and getattr(r, name) in texts)
    return {getattr(row, name): row for row in found}


def _bucket(asked: Change) -> Bucket:
    return Bucket.AVAILABLE if isinstance(asked, Counted) else asked.bucket


def _after(asked: Change, before: int) -> int:
    return asked.quantity if isinstance(asked, Counted) else before + asked.delta


def _check_same(done: Any, row: Any, asked: Change) -> None:
    """A cause happens once; raises where another change was given the same one."""
    same = (done.product, done.location, done.bucket) == (row.product, row.location, row.bucket)
    if not same or done.after != _after(asked, done.after - done.delta):
        raise RequestFault(
            "cause_reused", f"`{asked.cause[:100]}` has changed something else already.", "cause"
        )
