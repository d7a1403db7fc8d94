"""The rows of some SKUs of a supplier under one lock, and changes of their quantities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.store.moments import given_back, written
from adapters.store.place.own import reading
from adapters.store.place.statements import Statements, marks
from adapters.store.stock.records import Moved, moved
from adapters.store.stock.tables import StockTables
from adapters.store.tables import Tables, locked, select
from engine.errors import RequestFault
from engine.stock.moves import Bucket, Counted, StockMove

MOST: Final = 2_000_000_000
"""Units of a SKU; what partners are told has 32 bits."""

Change = StockMove | Counted
_COLUMNS: Final = (
    *("supplier", "cause", "product", "location", "bucket", "delta", "after", "at", "actor"),
)
_INSERT: Final = f"INSERT INTO stock_move ({', '.join(_COLUMNS)}) VALUES"
_ROW: Final = f"({marks(_COLUMNS)})"
_AT_ONCE: Final = 100
"""Rows of one statement; SQLite takes some thirty thousand values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who changes the quantities, and when."""

    supplier: str
    actor: str
    at: datetime


class Shelf:
    """Made inside a writing session that holds the supplier; rows are locked by SKU, in order."""

    def __init__(
        self,
        statements: Statements,
        tables: tuple[Tables, StockTables],
        known: Known,
        changes: Iterable[Change],
    ) -> None:
        goods, stock = tables
        self._statements = statements
        self._stock = stock
        self._known = known
        self._made: list[tuple[Moved, int, int]] = []
        asked = list(changes)
        skus, handles = ({each.sku for each in asked}, {each.location for each in asked})
        with reading(goods.Product, goods.Location, stock.StockMove, stock.Stock):
            self._products = _by(goods.Product, known.supplier, "sku", skus)
            self._locations = _locations(goods.Location, known.supplier, handles)
            self._causes = self._done({each.cause for each in asked})
            self._rows = self._locked(list(self._products.values()))
        with reading(stock.StockLevel):
            self._levels = self._known_levels(list(self._products.values()))
        self._before = {sku: (row.available, row.counted) for sku, row in self._rows.items()}

    def _done(self, causes: set[str]) -> dict[str, Moved]:
        moves, supplier = self._stock.StockMove, self._known.supplier
        found = select(m for m in moves if m.supplier == supplier and m.cause in causes)
        return {row.cause: moved(row) for row in found}

    def _locked(self, products: list[Any]) -> dict[str, Any]:
        """The stock of each SKU, made where there is none; locked in the order of products."""
        rows, at = self._stock.Stock, self._known.at
        found = select(s for s in rows if s.product in products)
        there = {row.product: row for row in locked(found.order_by(lambda s: s.product))}
        return {each.sku: there.get(each) or rows(product=each, changed_at=at) for each in products}

    def _known_levels(self, products: list[Any]) -> dict[tuple[Any, Any, str], Any]:
        found = select(level for level in self._stock.StockLevel if level.product in products)
        return {(row.product, row.location, row.bucket): row for row in found}

    def change(self, asked: Change) -> Moved | None:
        """What a change is; None where its cause changed the same before."""
        product, location = self._found(asked)
        row = self._quantity(product, location, _bucket(asked))
        if asked.cause in self._causes:
            _check_same(self._causes[asked.cause], asked)
            return None
        before, stock = row.quantity, self._rows[asked.sku]
        self._set(stock, row, _after(asked, before))
        stock.counted |= isinstance(asked, Counted)
        made = Moved(
            sku=asked.sku,
            location=asked.location,
            bucket=Bucket(row.bucket),
            delta=row.quantity - before,
            after=row.quantity,
            cause=asked.cause,
            at=given_back(self._known.at),
            actor=self._known.actor,
        )
        self._causes[asked.cause] = made
        self._made.append((made, product.id, location.id))
        return made

    def write(self) -> None:
        """Keeps what moved, all by one statement; of those rows nothing is read here again."""
        at = written(given_back(self._known.at))
        for first in range(0, len(self._made), _AT_ONCE):
            some = self._made[first : first + _AT_ONCE]
            sql = f"{_INSERT} {', '.join([_ROW] * len(some))}"
            values = [
                (
                    *(self._known.supplier, made.cause, product, location, str(made.bucket)),
                    *(made.delta, made.after, at, made.actor),
                )
                for made, product, location in some
            ]
            self._statements.write_apart(sql, *(value for row in values for value in row))

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


def _locations(rows: Any, supplier: str, handles: set[str]) -> dict[str, Any]:
    """Mostly it is one, which was read before."""
    if len(handles) > 1:
        return _by(rows, supplier, "handle", handles)
    found = [(each, rows.get(supplier=supplier, handle=each)) for each in handles]
    return {handle: row for handle, row in found if row is not None}


def _bucket(asked: Change) -> Bucket:
    return Bucket.AVAILABLE if isinstance(asked, Counted) else asked.bucket


def _after(asked: Change, before: int) -> int:
    return asked.quantity if isinstance(asked, Counted) else before + asked.delta


def _check_same(done: Moved, asked: Change) -> None:
    """A cause happens once; raises where another change was given the same one."""
    same = (done.sku, done.location, done.bucket) == (asked.sku, asked.location, _bucket(asked))
    if not same or done.after != _after(asked, done.after - done.delta):
        raise RequestFault(
            "cause_reused", f"`{asked.cause[:100]}` has changed something else already.", "cause"
        )
