"""Which orders wait for their supplier, and the values of orders that change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.identity.principal import Kind, Principal
from adapters.store.money.tables import MoneyTables
from adapters.store.ordering.tables import OrderingTables
from adapters.store.records import Standing
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import Tables, select
from engine.errors import RequestFault


class Standings:
    """Every call runs inside a writing session of the store, but for `waiting`."""

    def __init__(
        self, tables: Tables, ordering: OrderingTables, money: MoneyTables, returns: ReturnTables
    ) -> None:
        self._tables = tables
        self._ordering = ordering
        self._money = money
        self._returns = returns

    def waiting(self, principal: Principal) -> list[str]:
        """The keys of orders that wait, or of which an amendment waits; the oldest word first."""
        orders, amended = self._tables.Order, self._ordering.Amendment
        tenant, waits = principal.tenant, str(Standing.PROPOSED)
        if principal.kind is Kind.SUPPLIER:
            whole = select(o for o in orders if o.standing == waits and o.supplier.id == tenant)
            parts = select(a for a in amended if a.standing == waits and a.supplier == tenant)
        else:
            whole = select(o for o in orders if o.standing == waits and o.retailer.id == tenant)
            parts = select(a for a in amended if a.standing == waits and a.retailer == tenant)
        said = [(o.said_at, o.id) for o in whole] + [(a.said_at, a.order) for a in parts]
        return list(dict.fromkeys(key for _, key in sorted(said)))

    def hold(self, order: str) -> Standing:
        """Whoever else confirms or amends an order waits until this session ends.

        Raises `RequestFault` `conflict` if it was added anew meanwhile, under another id.
        """
        row = self._tables.Order.get_for_update(id=order)
        if row is None:
            raise RequestFault("conflict", "The order was added anew meanwhile; look again.")
        return Standing(row.standing)

    def set(self, order: str, standing: Standing) -> None:
        """What holds of an order from now on."""
        self._tables.Order[order].standing = standing

    def amend(self, order: str, values: Mapping[str, object]) -> None:
        """New values of an order: dates, its country or its tracking."""
        self._tables.Order[order].set(**values)

    def amend_line(self, line: str, dates: Mapping[str, str], location: str) -> None:
        """New dates of a line, and the place that it was shipped from unless it is empty."""
        row = self._tables.OrderLine[line]
        row.dates = dict(dates)
        if location:
            of = row.order.supplier.id
            row.location = self._tables.Location.get(supplier=of, handle=location)

    def cancel(self, line: str, units: int) -> None:
        """Takes units off a line, and their price off all ceilings of it; the order is held."""
        row = self._tables.OrderLine[line]
        row.cancelled += units
        worth = units * row.unit_price
        for each in self._rows_with_outcomes(line):
            most = max(0, each.outcome["most"] - worth)
            each.outcome = {**each.outcome.get_untracked(), "most": most}
        settlements = self._money.Settlement
        planned = select(s for s in settlements if s.order_line == line and s.line_most > 0)
        for settlement in planned.for_update():
            # 0 stands for no ceiling of the line; below it nothing fits.
            settlement.line_most = max(0, settlement.line_most - worth) or -1

    def _rows_with_outcomes(self, line: str) -> Sequence[Any]:
        lines, looked = self._returns.ReturnLine, self._returns.Inspection
        asked = list(select(r for r in lines if r.order_line == line))
        found = list(select(i for i in looked if i.line.order_line == line))
        return [each for each in (*asked, *found) if each.outcome]
