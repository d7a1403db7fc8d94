"""Stock of some of a supplier's SKUs under lock, and changes of its quantities.

All changes are computed before any is written, so that they take effect together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.store.connection.statements import Row, Statements, json_of, marks
from adapters.store.stock.records import Moved
from adapters.store.timestamps import given_back, written
from engine.errors import RequestFault
from engine.stock.moves import Bucket, Counted, StockMove

MOST: Final = 2_000_000_000
"""Most units of a SKU: quantities sent to partners have 32 bits."""

Change = StockMove | Counted
_FOUND: Final = """SELECT
    CAST((SELECT json_group_array(json_array(p.sku, p.id, s.available, s.counted, s.sequence))
      FROM product p LEFT JOIN stock s ON s.product = p.id
      WHERE p.supplier = ? AND p.sku IN ({skus})) AS TEXT),
    CAST((SELECT json_group_array(json_array(a.handle, a.id))
      FROM location a WHERE a.supplier = ? AND a.handle IN ({handles})) AS TEXT),
    CAST((SELECT json_group_array(json_array(v.product, v.location, v.bucket, v.quantity))
      FROM stock_level v JOIN product p ON p.id = v.product JOIN location a ON a.id = v.location
      WHERE p.supplier = ? AND p.sku IN ({skus}) AND a.supplier = ? AND a.handle IN ({handles})
      ) AS TEXT),
    CAST((SELECT json_group_array(json_array(
        p.sku, a.handle, m.bucket, m.delta, m.after, m.cause, m.at, m.actor))
      FROM stock_move m JOIN product p ON p.id = m.product JOIN location a ON a.id = m.location
      WHERE m.supplier = ? AND m.cause IN ({causes})) AS TEXT)"""
_MOVED: Final = """INSERT INTO stock_move
    (supplier, cause, product, location, bucket, delta, after, at, actor) VALUES {}"""
_LEVEL: Final = """INSERT INTO stock_level (product, location, bucket, quantity) VALUES {}
    ON CONFLICT (product, location, bucket) DO UPDATE SET quantity = excluded.quantity"""
_STOCK: Final = """INSERT INTO stock (product, available, counted, sequence, changed_at) VALUES {}
    ON CONFLICT (product) DO UPDATE SET available = excluded.available,
    counted = excluded.counted, sequence = excluded.sequence, changed_at = excluded.changed_at"""
_AT_ONCE: Final = 100
"""Rows of one statement; SQLite accepts some thirty thousand values."""
_READ: Final = 1_000
"""Changes whose rows are read by one statement; each needs up to five values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who changes the quantities, and when."""

    supplier: str
    actor: str
    at: datetime


@dataclass(slots=True)
class Stocked:
    """A product's stock over all locations; `sequence` is None if it has no row yet."""

    product: int
    available: int
    counted: bool
    sequence: int | None


Level = tuple[int, int, Bucket]
"""A product, a location and a bucket."""


class LockedStock:
    """Made inside a writing session that holds the supplier: nobody else changes its stock then."""

    def __init__(self, statements: Statements, known: Known, changes: Iterable[Change]) -> None:
        self._statements = statements
        self._known = known
        self._made: list[tuple[Moved, Level]] = []
        self._stocks: dict[str, Stocked] = {}
        self._locations: dict[str, int] = {}
        self._levels: dict[Level, int] = {}
        self._causes: dict[str, Moved] = {}
        asked = list(changes)
        for first in range(0, len(asked), _READ):
            self._read(asked[first : first + _READ])
        self._before = {sku: (each.available, each.counted) for sku, each in self._stocks.items()}

    def _read(self, asked: Sequence[Change]) -> None:
        """Reads everything that some changes concern, by one statement."""
        skus, handles, causes = (
            [*dict.fromkeys(getattr(each, name) for each in asked)]
            for name in ("sku", "location", "cause")
        )
        sql = self._statements.plain(_FOUND).format(
            skus=marks(skus), handles=marks(handles), causes=marks(causes)
        )
        of = self._known.supplier
        values = (of, *skus, of, *handles, of, *skus, of, *handles, of, *causes)
        ((products, places, levels, done),) = self._statements.rows(sql, *values)
        for sku, product, available, counted, sequence in json_of(products or "[]"):
            self._stocks[sku] = Stocked(product, available or 0, bool(counted), sequence)
        self._locations |= dict(json_of(places or "[]"))
        for product, location, bucket, quantity in json_of(levels or "[]"):
            self._levels[product, location, Bucket(bucket)] = quantity
        self._causes |= {each.cause: each for each in map(_done, json_of(done or "[]"))}

    def change(self, asked: Change) -> Moved | None:
        """Applies a change; None if its cause has already made the same one."""
        stock, level = self._named(asked)
        if asked.cause in self._causes:
            _check_same(self._causes[asked.cause], asked)
            return None
        before = self._levels.get(level, 0)
        after = _after(asked, before)
        self._set(asked.sku, stock, level, after)
        stock.counted |= isinstance(asked, Counted)
        made = Moved(
            sku=asked.sku,
            location=asked.location,
            bucket=level[2],
            delta=after - before,
            after=after,
            cause=asked.cause,
            at=given_back(self._known.at),
            actor=self._known.actor,
        )
        self._causes[asked.cause] = made
        self._made.append((made, level))
        return made

    def _named(self, asked: Change) -> tuple[Stocked, Level]:
        if asked.sku not in self._stocks:
            raise RequestFault(
                "unknown_sku", f"There is no SKU `{asked.sku[:60]}` of yours.", "sku"
            )
        if asked.location not in self._locations:
            said = f"There is no location `{asked.location[:60]}` of yours."
            raise RequestFault("unknown_location", said, "location")
        stock = self._stocks[asked.sku]
        return stock, (stock.product, self._locations[asked.location], _bucket(asked))

    def _set(self, sku: str, stock: Stocked, level: Level, after: int) -> None:
        before, bucket = self._levels.get(level, 0), level[2]
        if after < 0:
            raise RequestFault(
                "below_zero", f"Only {before} of `{sku}` are {bucket} there.", "delta"
            )
        if bucket is Bucket.AVAILABLE:
            stock.available += after - before
        self._levels[level] = after
        if max(stock.available, after) > MOST:
            raise RequestFault("too_many", f"A SKU has at most {MOST:,} units.", "quantity")

    def write(self) -> tuple[int, ...]:
        """Writes the changes; returns products with a new sequence, which partners must be told."""
        at = written(given_back(self._known.at))
        moved = [
            (
                *(self._known.supplier, made.cause, *level[:2], str(made.bucket)),
                *(made.delta, made.after, at, made.actor),
            )
            for made, level in self._made
        ]
        self._insert(_MOVED, moved)
        levels = dict.fromkeys(level for _, level in self._made)
        self._insert(_LEVEL, [(*key[:2], str(key[2]), self._levels[key]) for key in levels])
        changed = list(self._changed())
        rows = [(each.product, each.available, each.counted, each.sequence, at) for each in changed]
        self._insert(_STOCK, rows)
        return tuple(each.product for each in changed if each.counted and each.sequence)

    def _changed(self) -> Iterator[Stocked]:
        """Yields products that changed, or that had no row yet, after raising their sequence."""
        for sku in dict.fromkeys(made.sku for made, _ in self._made):
            stock = self._stocks[sku]
            news = (stock.available, stock.counted) != self._before[sku]
            if news or stock.sequence is None:
                stock.sequence = (stock.sequence or 0) + news
                yield stock

    def _insert(self, sql: str, rows: Sequence[Row]) -> None:
        for first in range(0, len(rows), _AT_ONCE):
            some = rows[first : first + _AT_ONCE]
            values = ", ".join(f"({marks(row)})" for row in some)
            self._statements.write_later(
                sql.format(values), *(each for row in some for each in row)
            )


def _done(row: Sequence[Any]) -> Moved:
    sku, location, bucket, delta, after, cause, at, actor = row
    return Moved(
        sku=sku,
        location=location,
        bucket=Bucket(bucket),
        delta=delta,
        after=after,
        cause=cause,
        at=given_back(at),
        actor=actor,
    )


def _bucket(asked: Change) -> Bucket:
    return Bucket.AVAILABLE if isinstance(asked, Counted) else asked.bucket


def _after(asked: Change, before: int) -> int:
    return asked.quantity if isinstance(asked, Counted) else before + asked.delta


def _check_same(done: Moved, asked: Change) -> None:
    """Raises `RequestFault` `cause_reused` if the cause has already made another change."""
    same = (done.sku, done.location, done.bucket) == (asked.sku, asked.location, _bucket(asked))
    if not same or done.after != _after(asked, done.after - done.delta):
        raise RequestFault(
            "cause_reused", f"`{asked.cause[:100]}` has changed something else already.", "cause"
        )
