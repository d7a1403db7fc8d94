"""The lists of products, locations and stock."""

from __future__ import annotations

from typing import Final

from adapters.identity.principal import Kind
from adapters.store.lists.declared import PARTNER, Filter, ListOf, Sort, both, containing

_OWN: Final = {Kind.SUPPLIER: ("g.supplier", "g.supplier")}
_DECLARED: Final = Sort(by="g.id", kind=int, says="In the order in which SKUs were declared.")
_BY_SKU: Final = Sort(by="g.sku", kind=str, says="By SKU.")
_SEARCH: Final = (containing("g.sku"), containing("g.title"))

PRODUCTS: Final = ListOf(
    name="products",
    source="product g",
    key="g.id",
    key_kind=int,
    sides=_OWN,
    filters={"sku": Filter(sql="g.sku = {value}")},
    sorts={"SKU": _BY_SKU, "DECLARED": _DECLARED},
    search={Kind.SUPPLIER: _SEARCH},
)

LOCATIONS: Final = ListOf(
    name="locations",
    source="location l",
    key="l.id",
    key_kind=int,
    sides={Kind.SUPPLIER: ("l.supplier", "l.supplier")},
    filters={"country": Filter(sql="l.country = {value}")},
    sorts={
        "HANDLE": Sort(by="l.handle", kind=str, says="By handle."),
        "DECLARED": Sort(by="l.id", kind=int, says="In the order in which they were declared."),
    },
    search={Kind.SUPPLIER: (containing("l.handle"), containing("l.name"))},
)

STOCK: Final = ListOf(
    name="stock",
    source="product g",
    key="g.id",
    key_kind=int,
    sides=_OWN,
    filters={
        "sku": Filter(sql="g.sku = {value}"),
        "location": Filter(
            sql="EXISTS (SELECT 1 FROM stock_level v JOIN location p ON p.id = v.location"
            " WHERE v.product = g.id AND p.handle = {value})"
        ),
    },
    sorts={"DECLARED": _DECLARED, "SKU": _BY_SKU},
    search={Kind.SUPPLIER: _SEARCH},
)
"""A supplier's own products, counted or not; a product once at a location stays in its list."""

_FEEDS: Final = (
    "feed f JOIN channel c ON c.id = f.channel JOIN partnership p ON p.id = c.partnership"
    " JOIN product g ON g.id = f.product"
)

CHANNELS: Final = ListOf(
    name="channels",
    source="channel c JOIN partnership p ON p.id = c.partnership"
    " JOIN partner o ON o.id <> {tenant} AND o.id IN (p.supplier, p.retailer)",
    key="c.id",
    sides=both("p"),
    filters={},
    sorts={"HANDLE": Sort(by="o.handle", kind=str, says="By the partner's handle.")},
)

FEEDS: Final = ListOf(
    name="feeds",
    source=_FEEDS,
    key="f.product",
    key_kind=int,
    sides=both("p"),
    always="f.want > 0",
    filters={
        "channel": Filter(sql="f.channel = {value}"),
        "behind": Filter(sql="(f.acked < f.want) = {value}", value=bool),
        "parked": Filter(sql="(f.parked <> '') = {value}", value=bool),
        "drifting": Filter(sql="(f.reported IS NOT NULL) = {value}", value=bool),
        "sku": Filter(sql="g.sku = {value}"),
    },
    sorts={"DECLARED": Sort(by="f.product", kind=int, says=_DECLARED.says)},
)
"""Feeds of one channel: `channel` is always given."""

SHARED_STOCK: Final = ListOf(
    name="shared stock",
    source=_FEEDS,
    key="f.product",
    key_kind=int,
    sides={Kind.RETAILER: ("p.retailer", "p.supplier")},
    always="f.want > 0 AND p.status = 'active'",
    filters={"sku": Filter(sql="g.sku = {value}"), "partner": PARTNER},
    sorts={
        "DECLARED": Sort(by="f.product", kind=int, says=_DECLARED.says),
        "SKU": _BY_SKU,
    },
    search={Kind.RETAILER: _SEARCH},
)
"""The suppliers' stock that a retailer may sell; each supplier has one channel to it."""
