"""A supplier's stock: changes it once for each cause, and reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from adapters.store.connection.statements import Statements
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.stock.locked_stock import Change, Known, LockedStock
from adapters.store.stock.raising import Raising
from adapters.store.stock.records import Moved, StockItem, item, moved, untouched
from adapters.store.stock.tables import StockTables
from adapters.store.tables import Tables, select
from adapters.store.timestamps import kept
from engine.errors import RequestFault
from engine.stock.moves import Counted, StockMove


class Stock:
    """Every call runs inside a session of the store, changes inside a writing one."""

    def __init__(
        self,
        statements: Statements,
        tables: tuple[Tables, StockTables],
        journal: Journal,
        raising: Raising,
    ) -> None:
        self._statements = statements
        self._tables, self._stock = tables
        self._journal = journal
        self._raising = raising
        self._now = raising.now

    def apply(self, supplier: str, moves: Iterable[StockMove], actor: str) -> tuple[Moved, ...]:
        """Moves stock, all or nothing; moves with a known cause change nothing.

        Raises `RequestFault` `unknown_sku`, `unknown_location`, `below_zero`, `too_many`, or
        `cause_reused`. Feeds become due for partners that see a change.
        """
        return self._changed(supplier, tuple(moves), actor)

    def count(self, supplier: str, counts: Iterable[Counted], actor: str) -> tuple[Moved, ...]:
        """Sets available quantities as a supplier counted them; once for each cause, as `apply`
        does.

        A SKU is shared with partners from its first count on: before that its level is unknown.
        """
        return self._changed(supplier, tuple(counts), actor, "levels")

    def _changed(
        self, supplier: str, asked: tuple[Change, ...], actor: str, path: str = ""
    ) -> tuple[Moved, ...]:
        if not asked:
            return ()
        self._journal.hold(supplier)
        known = Known(supplier=supplier, actor=actor, at=kept(self._now()))
        shelf = LockedStock(self._statements, known, asked)
        rows = (
            _changed(shelf, each, f"{path}[{at}]" * bool(path)) for at, each in enumerate(asked)
        )
        made = tuple(each for each in rows if each is not None)
        self._raising.news(shelf.write())
        if made:
            told = [each.told for each in made]
            own = Sides(own=supplier)
            self._journal.tell(own, actor, "stock", "stock_moved", moves=told)
        return made

    def item(self, supplier: str, sku: str) -> StockItem | None:
        """The stock of a SKU, by location and bucket; None before its first move."""
        row = self._tables.Product.get(supplier=supplier, sku=sku)
        return item(row.stock) if row is not None and row.stock is not None else None

    def some(self, keys: Collection[int]) -> dict[int, StockItem]:
        """The stock of products, by their keys; unscoped: no tenant check."""
        wanted = list(keys)
        if not wanted:
            return {}
        products, stocks = self._tables.Product, self._stock.Stock
        rows = select(s for s in stocks if s.product.id in wanted)
        stocked = {row.product.id: item(row) for row in rows}
        known = select(p for p in products if p.id in wanted)
        return {each.id: stocked.get(each.id) or untouched(each) for each in known}

    def moves(self, supplier: str, sku: str) -> tuple[Moved, ...]:
        """The moves of a SKU, oldest first."""
        rows = self._stock.StockMove
        found = select(m for m in rows if m.supplier == supplier and m.product.sku == sku)
        return tuple(map(moved, found.order_by(lambda m: (m.at, m.cause))))


def _changed(shelf: LockedStock, asked: Change, path: str) -> Moved | None:
    try:
        return shelf.change(asked)
    except RequestFault as fault:
        raise RequestFault(fault.code, fault.message, f"{path}.{fault.path}".strip(".")) from None
