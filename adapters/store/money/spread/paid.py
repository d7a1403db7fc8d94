"""Reads an order's payments and what went back of them by one statement, under their locks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from adapters.store.connection.statements import Statements, json_of, marks
from adapters.store.money.charges.ceilings import (
    BESIDE_VALUES,
    COUNTED_VALUES,
    COUNTS,
    Carried,
    beside,
    carried,
    of_charge,
    of_payment,
)

_LOCKS: Final = (
    'SELECT id FROM payment WHERE "order" = ? AND supplier = ? ORDER BY id',
    """SELECT id FROM charge WHERE id IN (SELECT p.source FROM payment p
    WHERE p."order" = ? AND p.supplier = ?) ORDER BY id""",
)
_COLUMNS: Final = ", ".join(
    (
        *("p.id", "p.retailer", "p.charge", "p.invoice", "p.customer", "p.currency", "p.amount"),
        *("p.place", of_payment("p.id"), "p.source", "c.amount", "c.given_before"),
        *of_charge("p.source"),
    )
)
_PAYMENTS: Final = f"""CAST((SELECT json_group_array(json_array({_COLUMNS}))
    FROM payment p LEFT JOIN charge c ON c.id = p.source
    WHERE p."order" = ? AND p.supplier = ?) AS TEXT)"""  # noqa: S608 - our own names
_SUMS: Final = """CAST((SELECT json_group_array(json_array(x.name, x.value))
    FROM (SELECT {of} AS name, {sum} AS value FROM {table}
    WHERE {of} IN ({keys}) GROUP BY {of}) x) AS TEXT)"""


class Paid(Struct, frozen=True, kw_only=True, gc=False):
    """A payment's row with its ceilings; `amount` in minor units, `source` is its charge's key."""

    id: str
    supplier: str
    retailer: str
    order: str
    charge: str
    invoice: str
    customer: str
    currency: str
    amount: int
    place: int
    source: str | None
    carried: Carried


class Stand(Struct, frozen=True, kw_only=True, gc=False):
    """The payments of an order to one payee, oldest first, and sums of some of its lines.

    All in minor units: `loose` went back of the order while no payment of it was known; `taken`
    went back of a line, or may have, plus what claims offset of its credits, less what was claimed
    back, which may be paid again. `last` are the sequences of return lines' last settlements,
    without lines that have none.
    """

    payments: tuple[Paid, ...]
    loose: int
    taken: Mapping[str, int]
    last: Mapping[str, int]


class Of(Struct, frozen=True, kw_only=True, gc=False):
    """An order, its payee and all its lines; the order and return lines whose sums are wanted."""

    order: str
    payee: str
    lines: Sequence[str]
    order_lines: Sequence[str] = ()
    return_lines: Sequence[str] = ()


def stand(statements: Statements, of: Of, *, hold: bool) -> Stand:
    """Reads it; with `hold` under locks, so nobody else plans money of the order or its charges."""
    lines, own = [*of.lines] or [""], [*of.return_lines] or [""]
    sums, of_lines = _taken(of.order_lines)
    last = _SUMS.format(
        of="n.return_line",
        sum="MAX(n.sequence)",
        table="settlement n",
        keys=marks(own),
    )
    sql = statements.plain(f"SELECT {_PAYMENTS}, {beside(lines)}, {sums}, {last}")
    values = (
        *(*COUNTED_VALUES, *COUNTED_VALUES, of.order, of.payee),
        *(of.payee, *BESIDE_VALUES, *lines, *of_lines, *own),
    )
    locks = [(lock, (of.order, of.payee)) for lock in _LOCKS] if hold else []
    ((payments, loose, *found),) = statements.under(locks, sql, *values)
    rows = [_paid(of, row) for row in json_of(payments or "[]")]
    return Stand(
        payments=tuple(sorted(rows, key=lambda each: (each.place, each.id))),
        loose=int(loose),
        taken=_given(*found[:3]),
        last=_by_key(found[3]),
    )


def taken_of(statements: Statements, order_line: str) -> int:
    """What went back of an order line, or may have; as `Stand.taken`, without locks."""
    sums, values = _taken([order_line])
    (found,) = statements.rows(statements.plain(f"SELECT {sums}"), *values)
    return _given(*found).get(order_line, 0)


def _taken(order_lines: Sequence[str]) -> tuple[str, tuple[object, ...]]:
    """SQL for sums of order lines: what counts, what claims offset, and what was claimed.

    Reads only rows of these lines, not all rows in the states that count.
    """
    keys = [*order_lines] or [""]
    moved = _SUMS.format(
        of="s.order_line",
        sum=f"SUM(CASE WHEN {COUNTS} THEN s.amount ELSE 0 END)",
        table="settlement s",
        keys=marks(keys),
    )
    off = _SUMS.format(
        of="u.order_line",
        sum="SUM(u.amount)",
        table="claim_use u",
        keys=marks(keys),
    )
    back = _SUMS.format(
        of="c.order_line",
        sum="SUM(c.amount - c.let_go)",
        table="claim c",
        keys=marks(keys),
    )
    return f"{moved}, {off}, {back}", (*COUNTED_VALUES, *keys, *keys, *keys)


def _by_key(text: str | None) -> dict[str, int]:
    return {key: int(found) for key, found in json_of(text or "[]")}


def _given(moved: str | None, off: str | None, back: str | None) -> dict[str, int]:
    found = Counter(_by_key(moved))
    found.update(_by_key(off))
    found.subtract(_by_key(back))
    return found


def _paid(of: Of, row: Sequence[Any]) -> Paid:
    key, retailer, charge, invoice, customer, currency, amount, place, taken, source, *stands = row
    return Paid(
        id=key,
        supplier=of.payee,
        retailer=retailer,
        order=of.order,
        charge=charge,
        invoice=invoice,
        customer=customer,
        currency=currency,
        amount=amount,
        place=place,
        source=source,
        carried=carried(amount, taken, tuple(stands) if source is not None else None),
    )
