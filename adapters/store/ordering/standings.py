"""Confirms, amends and cancels: writes the changed values of orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.store.connection.statements import Statements
from adapters.store.last_days import LastDays
from adapters.store.money.tables import MoneyTables
from adapters.store.records import Standing
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import Tables, select
from adapters.store.timestamps import ordered_on
from adapters.store.tracking import track
from engine.errors import RequestFault
from engine.settlement.spreading import tax_of_units


class Standings:
    """Every call runs inside a writing session of the store."""

    def __init__(
        self,
        orders: tuple[Statements, Tables],
        money: MoneyTables,
        returns: ReturnTables,
        last_days: LastDays,
    ) -> None:
        self._statements, self._tables = orders
        self._money = money
        self._returns = returns
        self._last_days = last_days

    def hold(self, order: str) -> Standing:
        """Locks an order against other confirmations and amendments; returns its standing.

        Raises `RequestFault` `conflict` if it was meanwhile added again under another id.
        """
        row = self._tables.Order.get_for_update(id=order)
        if row is None:
            raise RequestFault("conflict", "The order was added anew meanwhile; look again.")
        return Standing(row.standing)

    def set(self, order: str, standing: Standing) -> None:
        """Sets the standing of an order."""
        self._tables.Order[order].standing = standing

    def amend(self, order: str, values: Mapping[str, object]) -> None:
        """Sets values of an order: dates, country or tracking."""
        row = self._tables.Order[order]
        row.set(**values)
        row.ordered_on = ordered_on(row.dates)
        track(self._statements, order, [each["number"] for each in row.tracking])
        self._last_days.order_changed(order)

    def amend_line(self, line: str, dates: Mapping[str, str], location: str) -> None:
        """Sets the dates of a line, and its ship-from location unless that is empty."""
        row = self._tables.OrderLine[line]
        row.dates = dict(dates)
        if location:
            of = row.order.supplier.id
            row.location = self._tables.Location.get(supplier=of, handle=location)
        self._last_days.order_changed(row.order.id)

    def cancel(self, line: str, units: int) -> None:
        """Cancels units of a line, lowering every ceiling by their price and tax; the order is
        locked.
        """
        row = self._tables.OrderLine[line]
        before = tax_of_units(row.tax, row.quantity - row.cancelled, row.quantity)
        row.cancelled += units
        self._last_days.order_changed(row.order.id)
        after = tax_of_units(row.tax, row.quantity - row.cancelled, row.quantity)
        worth = units * row.unit_price + before - after
        for each in self._rows_with_outcomes(line):
            most = max(0, each.outcome["most"] - worth)
            each.outcome = {**each.outcome.get_untracked(), "most": most}
        settlements = self._money.Settlement
        planned = select(s for s in settlements if s.order_line == line and s.line_most > 0)
        for settlement in planned.for_update():
            # 0 would mean no ceiling; under a negative one nothing fits.
            settlement.line_most = max(0, settlement.line_most - worth) or -1

    def _rows_with_outcomes(self, line: str) -> Sequence[Any]:
        lines, looked = self._returns.ReturnLine, self._returns.Inspection
        asked = list(select(r for r in lines if r.order_line == line))
        found = list(select(i for i in looked if i.line.order_line == line))
        return [each for each in (*asked, *found) if each.outcome]
