"""Sums over the returns of a partnership, for the counters of policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import count, select
from adapters.store.timestamps import kept
from engine.policy.vocabulary import Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose returns are summed, and of which days; empty fields do not narrow the scope.

    `until` is exclusive. `but_lines` of the return `but_return` are being decided and do not count.
    """

    supplier: str
    retailer: str
    currency: str
    order: str | None = None
    order_line: str | None = None
    sku: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    but_return: str = ""
    but_lines: tuple[str, ...] = ()


class Counts:
    """Every call runs inside a session of the store; lock the partnership before you rely on a
    count.
    """

    def __init__(self, tables: ReturnTables) -> None:
        self._tables = tables

    def of(self, counted: Counted, scope: Scope) -> int:
        """Returns minor units of the scope's currency, or a number."""
        lines = self._lines(scope)
        if counted is Counted.RETURNED_VALUE:
            lines = lines.filter(lambda n: n.currency == scope.currency)
            return _summed(select(sum(n.worth * n.counting // n.quantity) for n in lines))
        if counted is Counted.RETURNED_UNITS:
            return _summed(select(sum(n.counting) for n in lines))
        lines = lines.filter(lambda n: n.counting > 0)
        if counted is Counted.EXCHANGES:
            lines = lines.filter(lambda n: n.outcome["remedy"] == "exchange")
            return _summed(select(count(n) for n in lines))
        lines = lines.filter(lambda n: n.part_of.id != scope.but_return)
        return _summed(select(count(n.part_of) for n in lines))

    def _lines(self, scope: Scope) -> Any:
        supplier, retailer = scope.supplier, scope.retailer
        lines = select(
            n
            for n in self._tables.ReturnLine
            if n.part_of.supplier == supplier
            and n.part_of.retailer == retailer
            and n.part_of.state != "cancelled"
        )
        if scope.since is not None:
            since = kept(scope.since)
            lines = lines.filter(lambda n: n.part_of.requested_at >= since)
        if scope.until is not None:
            until = kept(scope.until)
            lines = lines.filter(lambda n: n.part_of.requested_at < until)
        if scope.but_lines:
            lines = lines.filter(lambda n: n.id not in scope.but_lines)
        return _narrowed(lines, scope)


def _narrowed(lines: Any, scope: Scope) -> Any:
    order, order_line, sku = scope.order, scope.order_line, scope.sku
    if order is not None:
        lines = lines.filter(lambda n: n.part_of.order == order)
    if order_line is not None:
        lines = lines.filter(lambda n: n.order_line == order_line)
    return lines.filter(lambda n: n.sku == sku) if sku is not None else lines


def _summed(query: Any) -> int:
    return int(query.first() or 0)
