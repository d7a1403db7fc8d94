"""Finds the order and return lines that an adopted movement was for."""

from __future__ import annotations

from adapters.store.money.adopting import Line
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import Tables


class KnownLines:
    """Lines of orders and returns, for `Adopting`; every call runs inside a writing session."""

    def __init__(self, tables: Tables, returns: ReturnTables) -> None:
        self._tables = tables
        self._returns = returns

    def found(self, return_line: str, order_line: str) -> Line | None:
        """The order line of a return line, whose return it locks, else the order line by its own
        key.
        """
        known = self._returns.ReturnLine.get(id=return_line) if return_line else None
        if known is not None:
            self._returns.Return.get_for_update(id=known.part_of.id)
        key = known.order_line if known is not None else order_line
        row = self._tables.OrderLine.get(id=key) if key else None
        if row is None:
            return None
        order = row.order
        return Line(row.id, order.id, order.supplier.id, order.retailer.id)

    def paid(self, return_line: str, amount: int, tax: int) -> None:
        """Records an amount moved for a return line, so it is not planned again (minor units)."""
        row = self._returns.ReturnLine.get(id=return_line)
        if row is not None:
            row.planned += amount
            row.planned_tax += tax
