"""How an order was paid and what went back of it, by one statement under the locks of all that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

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
from adapters.store.place.statements import Statements, json_of

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
OF_LINE: Final = f"""(SELECT COALESCE(SUM(s.amount + s.claimed), 0) FROM settlement s
    WHERE s.order_line = ? AND {COUNTS}),
    (SELECT COALESCE(SUM(c.amount - c.let_go), 0) FROM claim c WHERE c.order_line = ?),
    (SELECT COALESCE(MAX(n.sequence), 0) FROM settlement n WHERE n.return_line = ?)"""  # noqa: S608 - only marks


@dataclass(frozen=True, slots=True, kw_only=True)
class OfLine:
    """Minor units of an order line that moved or may have, with what claims were taken off it.

    What was claimed back of the line may be paid again. `last` is the sequence of the last
    settlement of its return line, 0 before the first.
    """

    taken: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment as a row of the database, with what it carries; `amount` in minor units."""

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
    carried: Carried


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How an order stands with who was paid: its payments, oldest first, and one of its lines.

    `loose` went back of the order while no payment of it was known (minor units).
    """

    payments: tuple[Paid, ...]
    of_line: OfLine
    loose: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Of:
    """Of which order, who was paid, all its lines, and of which line of it and of a return."""

    order: str
    payee: str
    lines: Sequence[str]
    order_line: str = ""
    return_line: str = ""


def stand(statements: Statements, of: Of, *, hold: bool) -> Stand:
    """Reads it; held, nobody else plans money of the order or of its charges meanwhile."""
    lines = [*of.lines] or [""]
    sql = statements.plain(f"SELECT {_PAYMENTS}, {OF_LINE}, {beside(lines)}")
    values = (
        *(*COUNTED_VALUES, *COUNTED_VALUES, of.order, of.payee),
        *line_values(of.order_line, of.return_line),
        *(of.payee, *BESIDE_VALUES, *lines),
    )
    locks = [(lock, (of.order, of.payee)) for lock in _LOCKS] if hold else []
    ((payments, taken, back, last, loose),) = statements.under(locks, sql, *values)
    found = [_paid(of, row) for row in json_of(payments or "[]")]
    return Stand(
        payments=tuple(sorted(found, key=lambda each: (each.place, each.id))),
        of_line=OfLine(taken=int(taken) - int(back), last=int(last)),
        loose=int(loose),
    )


def line_values(order_line: str, return_line: str) -> tuple[object, ...]:
    """What the marks of `OF_LINE` stand for."""
    return (order_line, *COUNTED_VALUES, order_line, return_line)


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
        carried=carried(amount, taken, tuple(stands) if source is not None else None),
    )
