"""Reads whole returns, each with its lines, arrivals and inspections, by one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adapters.store.connection.locking import Lock
from adapters.store.connection.rows import Row, Table, quoted
from adapters.store.connection.statements import Statements, json_of
from adapters.store.returns import reading
from adapters.store.returns.records import Return
from adapters.store.timestamps import given_back, written

RETURN: Final = Table(
    name="goods_return",
    columns=(
        *("id", "number", "part_of", "supplier", "retailer", "order", "state", "held_for"),
        *("requested_at", "expires_on", "wakes_at", "parcels", "events", "taken", "waits"),
        *("changed_at", "settled_at", "steps", "waits_for"),
    ),
)
LINE: Final = Table(
    name="return_line",
    columns=(
        *("id", "part_of", "supplier", "retailer", "requested_on", "place", "order_line", "sku"),
        *("reason", "quantity", "reserved", "expected", "received", "inspected", "refused"),
        *("worth", "currency", "planned", "planned_tax", "outbound", "value", "ever_settled"),
        *("stays", "stays_units", "stays_more", "facts", "told", "edition", "digest", "terms"),
        *("location", "return_to", "outcome", "answer"),
    ),
)
RECEIPT: Final = Table(name="return_receipt", columns=("id", "part_of", "at", "by"))
ARRIVAL: Final = Table(
    name="return_receipt_line",
    columns=(
        *("id", "receipt", "place", "line", "sku", "location", "units", "inspected", "undone"),
    ),
)
INSPECTION: Final = Table(
    name="return_inspection",
    columns=(
        *("id", "part_of", "place", "line", "arrival", "units", "disposition", "found"),
        *("outcome", "at", "by", "undone"),
    ),
)
UNDONE: Final = Table(name="return_undone", columns=("id", "at", "by", "why"))

_JSON: Final = frozenset({"parcels", "events", "taken", "steps", "return_to", "outcome", "found"})
_MOMENTS: Final = ("requested_at", "wakes_at", "changed_at", "settled_at")
_UNDONE: Final = ("undone_at", "undone_by", "undone_why")


def _columns(table: Table, of: str) -> list[str]:
    """Casts JSON to text: without a cast, databases return different types."""
    names = [(name, f"{of}.{quoted(name)}") for name in table.columns]
    return [f"CAST({each} AS TEXT)" if name in _JSON else each for name, each in names]


def _list(columns: Sequence[str], source: str) -> str:
    return f"CAST((SELECT json_group_array(json_array({', '.join(columns)})) {source}) AS TEXT)"


_LINES: Final = _list(_columns(LINE, "l"), "FROM return_line l WHERE l.part_of = r.id")
_ARRIVALS: Final = _list(
    [*_columns(ARRIVAL, "a"), "c.at", "u.at", 'u."by"', "u.why"],
    "FROM return_receipt_line a JOIN return_receipt c ON c.id = a.receipt"
    " LEFT JOIN return_undone u ON u.id = a.undone WHERE c.part_of = r.id",
)
_INSPECTIONS: Final = _list(
    [*_columns(INSPECTION, "i"), "u.at", 'u."by"', "u.why"],
    "FROM return_inspection i LEFT JOIN return_undone u ON u.id = i.undone WHERE i.part_of = r.id",
)
_SEEN: Final = f"SELECT {', '.join(_columns(RETURN, 'r'))}, {_LINES}"
_WHOLE: Final = f"{_SEEN}, {_ARRIVALS}, {_INSPECTIONS}"
_FROM: Final = " FROM goods_return r WHERE "
_OWN: Final = len(RETURN.columns)
_OF_BOTH: Final = "FROM chain c WHERE c.tenant IN (r.supplier, r.retailer)"
ENDS: Final = f", {_list(['c.tenant', 'c.seq', 'c.hash'], _OF_BOTH)}"
"""The ends of both sides' journals, selected with a return whose chains are locked."""
_OF_ARRIVALS: Final = (*ARRIVAL.columns, "at", *_UNDONE)
_OF_INSPECTIONS: Final = (*INSPECTION.columns, *_UNDONE)


@dataclass(slots=True, eq=False, kw_only=True)
class Whole:
    """A return as rows; `beside` holds the additional columns that were selected."""

    row: Row
    lines: list[Row]
    receipts: list[Row] = field(default_factory=list)
    arrivals: list[Row] = field(default_factory=list)
    inspections: list[Row] = field(default_factory=list)
    beside: Sequence[Any] = ()
    _record: Return | None = None

    @property
    def record(self) -> Return:
        """The return with its lines; cached until something changes."""
        if self._record is None:
            self._record = reading.return_(self.row, self.lines)
        return self._record

    def line(self, key: str) -> Row:
        """Returns a line by its key; raises LookupError if the return has no such line."""
        found = next((row for row in self.lines if row["id"] == key), None)
        if found is None:
            raise LookupError(f"the return has no line `{key}`")
        return found

    def add(self, line: str | None, **units: int) -> None:
        """Adds units to a line's columns, or subtracts them down to 0; does nothing for None."""
        for row in self.lines:
            if row["id"] == line:
                row.update({name: max(0, row[name] + more) for name, more in units.items()})

    def changed(self) -> None:
        """Marks that a row was changed."""
        self._record = None


def wholes(
    statements: Statements,
    condition: str,
    *values: object,
    locks: Sequence[Lock] = (),
    more: str = "",
) -> Iterator[Whole]:
    """Reads the returns `r` that meet a condition, after taking locks.

    `more` columns begin with a comma.
    """
    sql = statements.plain(f"{_WHOLE}{more}{_FROM}") + condition
    for row in statements.under(locks, sql, *values):
        lines, arrivals, inspections, *beside = row[_OWN:]
        yield Whole(
            row=_return(row[:_OWN]),
            lines=_in_place(LINE.columns, lines),
            arrivals=_rows(_OF_ARRIVALS, arrivals),
            inspections=_in_place(_OF_INSPECTIONS, inspections),
            beside=beside,
        )


def seen(statements: Statements, condition: str, *values: object) -> Iterator[Return]:
    """The same, read-only and without arrivals and inspections."""
    for *own, lines in statements.rows(statements.plain(_SEEN + _FROM) + condition, *values):
        yield reading.return_(_return(own), _in_place(LINE.columns, lines))


def _return(values: Sequence[Any]) -> Row:
    return Row({name: _text(value) for name, value in zip(RETURN.columns, values, strict=True)})


def _text(value: Any) -> Any:
    """Converts a moment to text, whichever type the database returns."""
    return written(given_back(value)) if isinstance(value, datetime) else value


def _in_place(names: Sequence[str], text: str | None) -> list[Row]:
    return sorted(_rows(names, text), key=lambda each: int(each["place"]))


def _rows(names: Sequence[str], text: str | None) -> list[Row]:
    return [Row(dict(zip(names, each, strict=True))) for each in json_of(text or "[]")]
