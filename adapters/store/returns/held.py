"""The returns of a session: each is read as a whole once, and its changes are written once.

The session updates these rows itself, so nothing is read again after a change. Nobody else changes
a locked return, or adds one to a locked order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

from adapters.store.connection import rows as of_tables
from adapters.store.connection.locking import Lock
from adapters.store.connection.own import Own
from adapters.store.connection.rows import Row, Table
from adapters.store.connection.statements import Statements, marks
from adapters.store.returns.wholes import (
    ARRIVAL,
    INSPECTION,
    LINE,
    RECEIPT,
    RETURN,
    UNDONE,
    Whole,
    wholes,
)

_OF_ORDER: Final = 'r."order" = ?'
_WITH_ITS_ORDER: Final = """r."order" = (SELECT h."order" FROM goods_return h WHERE h.id = ?)"""
_OF_LINE: Final = "r.id = (SELECT n.part_of FROM return_line n WHERE n.id = ?)"
_ROWS: Final[Sequence[tuple[Table, Callable[[Whole], Sequence[Row]]]]] = (
    (RETURN, lambda whole: (whole.row,)),
    (LINE, attrgetter("lines")),
    (RECEIPT, attrgetter("receipts")),
    (ARRIVAL, attrgetter("arrivals")),
    (INSPECTION, attrgetter("inspections")),
)
"""The rows of a return by table, referenced tables first."""
_TABLES: Final = (UNDONE.name, *(table.name for table, _ in _ROWS))


@dataclass(slots=True)
class _Here:
    """The returns of one session."""

    wholes: dict[str, Whole] = field(default_factory=dict)
    of_lines: dict[str, Whole] = field(default_factory=dict)
    of_orders: dict[str, list[Whole]] = field(default_factory=dict)
    undone: list[Row] = field(default_factory=list)


class HeldReturns:
    """Every call runs inside a session of the store."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._own = Own(statements.database, _Here)

    # --- read -----------------------------------------------------------------------------------

    def read(self, key: str, locks: Sequence[Lock] = (), more: str = "") -> Whole | None:
        """Reads a return and the others of its order, all locked before or by `locks`.

        `more` are additional columns.
        """
        found = list(wholes(self._statements, _WITH_ITS_ORDER, key, locks=locks, more=more))
        whole = next((each for each in found if each.row["id"] == key), None)
        if whole is not None:
            self._know(found)
            self._own.here().of_orders[whole.row["order"]] = found
        return whole

    def foresee(self, orders: Collection[str], locks: Sequence[Lock]) -> None:
        """Reads the returns of orders, under these locks."""
        condition = f'r."order" IN ({marks([*orders])})'
        found = list(wholes(self._statements, condition, *orders, locks=locks))
        self._know(found)
        for order in orders:
            mine = [each for each in found if each.row["order"] == order]
            self._own.here().of_orders[order] = mine

    def alone(self, key: str, locks: Sequence[Lock] = ()) -> Whole | None:
        """Reads a return without the others of its order, locked before or by `locks`."""
        self._know(wholes(self._statements, "r.id = ?", key, locks=locks))
        whole = self._own.here().wholes.get(key)
        if whole is not None:  # the others of its order stand beside one that is no longer written
            self._own.here().of_orders.pop(whole.row["order"], None)
        return whole

    def of(self, key: str) -> Whole:
        """A return, read if it was not yet; raises LookupError."""
        whole = self._own.here().wholes.get(key) or self.alone(key)
        if whole is None:
            raise LookupError(key)
        return whole

    def of_line(self, line: str) -> Whole:
        """The return of a line, read if it was not yet; raises LookupError."""
        here = self._own.here()
        if line not in here.of_lines:
            self._know(wholes(self._statements, _OF_LINE, line))
        return here.of_lines[line]

    def line(self, key: str) -> Row:
        """A line; raises LookupError."""
        return self.of_line(key).line(key)

    def of_order(self, order: str) -> list[Whole]:
        """All returns of an order; those of a locked order are read only once."""
        known = self._own.here().of_orders.get(order)
        return known if known is not None else list(wholes(self._statements, _OF_ORDER, order))

    def _know(self, found: Iterator[Whole] | list[Whole]) -> None:
        here = self._own.here()
        for whole in found:
            here.wholes[whole.row["id"]] = whole
            here.of_lines |= {line["id"]: whole for line in whole.lines}

    # --- changed --------------------------------------------------------------------------------

    def add(self, whole: Whole) -> None:
        """Adds a new return."""
        self._know([whole])
        order = self._own.here().of_orders.get(whole.row["order"])
        if order is not None:
            order.append(whole)
        self.changed(whole)

    def undo(self, row: Row) -> None:
        """Adds an entry that undoes something."""
        self._own.here().undone.append(row)

    def change(self, whole: Whole, row: Row, values: Mapping[str, Any]) -> None:
        """Sets values of a row of a return, which is written if one is another."""
        if not values.items() <= row.items():
            row.update(values)
            self.changed(whole)

    def change_line(self, line: str, values: Mapping[str, Any]) -> None:
        """Sets values of a line."""
        whole = self.of_line(line)
        self.change(whole, whole.line(line), values)

    def changed(self, whole: Whole) -> None:
        """Queues the changed rows of a return, to be written once: at the end, or before they are
        read.
        """
        whole.changed()
        self._statements.before_end(_TABLES, self.write)

    def write(self) -> None:
        """Writes added and changed rows, each table by one statement."""
        here = self._own.here()
        of_tables.write(self._statements, UNDONE, here.undone)
        for table, rows_of in _ROWS:
            rows = (row for each in here.wholes.values() for row in rows_of(each))
            of_tables.write(self._statements, table, rows)
