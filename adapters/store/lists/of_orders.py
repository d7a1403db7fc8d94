"""The lists of orders."""

from __future__ import annotations

from datetime import date
from typing import Final

from adapters.identity.principal import Kind
from adapters.store.lists.declared import (
    PARTNER,
    SKU_AS_SAID,
    Filter,
    ListOf,
    Sort,
    both,
    newest_first,
    with_number,
)
from adapters.store.timestamps import NO_DAY, NO_LAST_DAY
from adapters.store.tracking import plain

_WITH_SKU: Final = (
    'o.id IN (SELECT l."order" FROM product g JOIN purchase_line l ON l.product = g.id'
    " WHERE g.sku = {value})"
)
_TRACKED: Final = "o.id IN (SELECT t.subject FROM tracked t WHERE t.number = {value})"
_SEARCH: Final = (
    with_number("o.number"),
    _TRACKED.replace("{value}", "{plain}"),
    _WITH_SKU.replace("= {value}", SKU_AS_SAID),
    'o.id IN (SELECT r."order" FROM goods_return r WHERE r.number = {return_number})',
)

ORDERS: Final = ListOf(
    name="orders",
    source="purchase o",
    key="o.id",
    sides=both("o"),
    filters={
        "number": Filter(sql="o.number = {value}", few=True),
        "standings": Filter(sql="o.standing", many=True, split=True),
        "partner": PARTNER,
        "ordered_from": Filter(
            sql="o.ordered_on >= {value}", value=date.isoformat, above="o.ordered_on"
        ),
        "ordered_to": Filter(
            sql="o.ordered_on <= {value}",
            value=date.isoformat,
            below="o.ordered_on",
            also=f"o.ordered_on > '{NO_DAY}'",
        ),
        "last_day_from": Filter(
            sql="o.last_day >= {value}",
            value=date.isoformat,
            above="o.last_day",
            also=f"o.last_day < '{NO_LAST_DAY}'",
        ),
        "last_day_to": Filter(
            sql="o.last_day <= {value}",
            value=date.isoformat,
            below="o.last_day",
        ),
        "sku": Filter(sql=_WITH_SKU),
        "tracking": Filter(sql=_TRACKED, value=plain),
    },
    sorts={
        **newest_first("o.ordered_on", "By the day on which it was ordered", kind=str),
        "NUMBER": Sort(by="o.number", kind=str, says="By number."),
        "LAST_DAY": Sort(
            by="o.last_day",
            kind=str,
            says="By the last day of requesting a return, soonest first; those without one last.",
        ),
    },
    search={Kind.SUPPLIER: _SEARCH, Kind.RETAILER: _SEARCH},
)

WAITING_ORDERS: Final = ListOf(
    name="waiting orders",
    source="(SELECT w.id, w.supplier, w.retailer, min(w.since) AS since FROM"
    " (SELECT id, supplier, retailer, said_at AS since FROM purchase WHERE standing = 'proposed'"
    " UNION ALL SELECT p.id, p.supplier, p.retailer, a.said_at FROM purchase_amendment a"
    ' JOIN purchase p ON p.id = a."order"'
    " WHERE a.standing = 'proposed' AND p.standing <> 'declined') AS w"
    " GROUP BY w.id, w.supplier, w.retailer) o",
    key="o.id",
    sides=both("o"),
    filters={"partner": PARTNER},
    sorts={"LONGEST": Sort(by="o.since", says="Those that wait longest first.")},
)
"""Proposed orders, and orders with a proposed amendment unless the order itself was declined."""
