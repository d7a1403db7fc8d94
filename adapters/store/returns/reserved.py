"""Reserves units of order lines for returns, so that two returns never have the same unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapters.store.connection.statements import Statements
from adapters.store.returns.asked import reason_in
from adapters.store.returns.held import HeldReturns
from engine.errors import RequestFault

_TAKEN: Final = """UPDATE purchase_line SET returned = returned + ?
    WHERE id = ? AND quantity - cancelled - returned >= ?"""
_LEFT: Final = "SELECT quantity - cancelled - returned FROM purchase_line WHERE id = ?"


class ReservedUnits:
    """Every call runs inside a session of the store; the return and its order are locked."""

    def __init__(self, statements: Statements, held: HeldReturns) -> None:
        self._statements = statements
        self._held = held

    def reserve(self, lines: Iterable[str]) -> None:
        """Reserves the units of lines, so that nobody else can request them; the order is locked.

        Raises `RequestFault` `quantity_exceeded` if another return was faster.
        """
        for key in lines:
            line = self._held.line(key)
            wanted = line["quantity"] - line["reserved"]
            if wanted and not self._take_units(line["order_line"], wanted):
                ((left,),) = self._statements.rows(_LEFT, line["order_line"])
                raise RequestFault(
                    "quantity_exceeded",
                    f"{wanted} units of `{line['sku']}` are asked for and {left} are left.",
                    "lines",
                )
            self._held.change_line(key, {"reserved": line["quantity"]})

    def reserve_left(self, lines: Iterable[str]) -> None:
        """Reserves of each line what no other return has, and what was not cancelled."""
        for key in lines:
            line, units = self._held.line(key), self.left(key)
            if self._take_units(line["order_line"], units - line["reserved"]):
                self._held.change_line(key, {"reserved": units})

    def left(self, line: str) -> int:
        """Returns the units that a line holds or could hold: what no other return has, and was
        not cancelled in the order.
        """
        row = self._held.line(line)
        if row["reserved"] >= row["quantity"]:
            return int(row["quantity"])
        ((free,),) = self._statements.rows(_LEFT, row["order_line"])
        return int(min(row["quantity"], row["reserved"] + max(0, free)))

    def shorten(self, line: str, units: int, facts: str) -> None:
        """Reduces the units of a line: the others did not come, and cannot come any more."""
        row = self._held.line(line)
        expected = min(row["expected"], units)
        values = {"quantity": units, "expected": expected, "facts": facts}
        self._held.change_line(line, {**values, "reason": reason_in(facts)})

    def release(self, line: str, units: int) -> None:
        """Releases units that do not come, so that they may be requested again."""
        row = self._held.line(line)
        units = min(units, row["reserved"])
        if units:
            self._take_units(row["order_line"], -units)
            self._held.change_line(line, {"reserved": row["reserved"] - units})

    def _take_units(self, order_line: str, units: int) -> bool:
        """Takes units if enough are left in the current row; returns whether there were."""
        return self._statements.write_apart(_TAKEN, units, order_line, units) == 1
