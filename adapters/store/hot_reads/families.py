"""Reads orders with all their lines, products, locations and partners by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct

from adapters.store.connection.statements import Row, Statements, json_of
from adapters.store.hot_reads.trade import partner
from adapters.store.records import Location, Order, OrderLine, Product, Standing
from adapters.store.timestamps import given_back
from engine.money import Money

_FOUND: Final = """SELECT o.id, o.number, o.currency, CAST(o.dates AS TEXT), o.country, o.channel,
    CAST(o.facts AS TEXT), o.standing, CAST(o.waits_for AS TEXT), o.said_by, o.said_at,
    CAST(o.tracking AS TEXT), s.id, s.handle, s.name, s.kind, r.id, r.handle, r.name, r.kind,
    l.id, l.number, l.quantity, l.returned, l.cancelled, l.unit_price, l.tax,
    CAST(l.dates AS TEXT), CAST(l.facts AS TEXT), CAST(l.goods AS TEXT),
    p.sku, p.title, CAST(p.facts AS TEXT), CAST(p.prices AS TEXT),
    a.handle, a.name, CAST(a.lines AS TEXT), a.country{more}
    FROM purchase o JOIN partner s ON s.id = o.supplier JOIN partner r ON r.id = o.retailer
    LEFT JOIN purchase_line l ON l."order" = o.id LEFT JOIN product p ON p.id = l.product
    LEFT JOIN location a ON a.id = l.location {joined} WHERE """
_LINE, _PRODUCT, _PLACE, BESIDE = 20, 30, 34, 38
"""Where the columns of each record begin, and the additional columns."""


class Family(Struct, frozen=True, kw_only=True, gc=False):
    """An order with all its lines."""

    order: Order
    lines: tuple[OrderLine, ...]


def families(
    statements: Statements, condition: str, values: Sequence[object]
) -> tuple[Family, ...]:
    """The orders `o` that meet a condition, sorted by number, with their lines in order."""
    return tuple(family for family, _ in families_beside(statements, ("", ""), condition, values))


def families_beside(
    statements: Statements, beside: tuple[str, str], condition: str, values: Sequence[object]
) -> list[tuple[Family, list[Row]]]:
    """The same, each with its rows: one per line, or one per row joined to it.

    `beside` are additional columns, beginning with a comma, and the join that they come from.
    """
    grouped: dict[str, list[Row]] = {}
    more, joined = beside
    sql = _FOUND.format(more=more, joined=joined) + condition
    for row in statements.rows(sql, *values):
        grouped.setdefault(row[0], []).append(row)
    found = [(_family(rows), rows) for rows in grouped.values()]
    return sorted(found, key=lambda one: (one[0].order.number, one[0].order.id))


def _family(rows: list[Row]) -> Family:
    order = _order(rows[0])
    of_lines = {row[_LINE]: row for row in rows if row[_LINE] is not None}
    lines = [_line(row, order) for row in of_lines.values()]
    if len(lines) > 1:
        lines.sort(key=lambda line: (len(line.number), line.number))
    return Family(order=order, lines=tuple(lines))


def _order(row: Row) -> Order:
    return Order(
        id=row[0],
        number=row[1],
        supplier=partner(*row[12:16]),
        retailer=partner(*row[16:20]),
        currency=row[2],
        dates=json_of(row[3]),
        country=row[4],
        channel=row[5],
        facts=json_of(row[6]),
        standing=Standing(row[7]),
        waits_for=tuple(json_of(row[8])),
        said_by=row[9],
        said_at=given_back(row[10]) if row[10] else None,
        tracking=tuple(json_of(row[11])),
    )


def _line(row: Row, order: Order) -> OrderLine:
    key, number, quantity, returned, cancelled, price, tax, *told = row[_LINE:_PRODUCT]
    dates, facts, goods = told
    return OrderLine(
        id=key,
        order=order,
        number=number,
        product=_product(*row[_PRODUCT:_PLACE]),
        quantity=quantity,
        returned=returned,
        cancelled=cancelled,
        unit_price=Money(price, order.currency),
        tax=tax,
        location=_location(*row[_PLACE:BESIDE]) if row[_PLACE] is not None else None,
        dates=json_of(dates),
        facts=json_of(facts),
        told_of_goods=json_of(goods),
    )


@lru_cache(maxsize=4_096)
def _product(sku: str, title: str, facts: str, prices: str) -> Product:
    return Product(sku=sku, title=title, facts=json_of(facts), prices=json_of(prices))


@lru_cache(maxsize=4_096)
def _location(handle: str, name: str, lines: str, country: str) -> Location:
    shown: Any = json_of(lines)
    return Location(handle=handle, name=name, lines=tuple(shown), country=country)
