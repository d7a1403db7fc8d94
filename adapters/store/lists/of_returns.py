"""The lists of returns, of consumers' returns, and of parcels without a return."""

from __future__ import annotations

from typing import Final

from adapters.identity.principal import Kind
from adapters.store.lists.declared import (
    PARTNER,
    SKU_AS_SAID,
    Filter,
    ListOf,
    Sort,
    both,
    containing,
    days,
    newest_first,
    orders_found,
)
from adapters.store.tracking import plain

_LINES: Final = "r.id IN (SELECT l.part_of FROM return_line l WHERE l.{column} = {{value}})"
_WITH_SKU: Final = _LINES.format(column="sku")
_OPEN: Final = (
    "r.state IN ('in_review', 'approved', 'in_transit', 'partly_received', 'received', 'inspected')"
)
"""The states in which a return may wait for a side."""
_TRACKED: Final = "r.id IN (SELECT t.subject FROM tracked t WHERE t.number = {value})"
_SEARCH: Final = {
    kind: (
        "r.number = {return_number}",
        f'r."order" IN ({orders_found(kind)})',
        _TRACKED.replace("{value}", "{plain}"),
        _WITH_SKU.replace("= {value}", SKU_AS_SAID),
    )
    for kind in (Kind.SUPPLIER, Kind.RETAILER)
}
_CONSUMER: Final = (
    " IN (SELECT k.part_of FROM consumer k JOIN consumer_word w ON w.consumer = k.id"
    " WHERE w.word = {word})"
)

RETURNS: Final = ListOf(
    name="returns",
    source="goods_return r",
    key="r.id",
    sides=both("r"),
    filters={
        "states": Filter(sql="r.state", many=True, split=True),
        "partner": PARTNER,
        "order": Filter(sql='r."order" = {value}'),
        **days("requested", "r.requested_at"),
        "sku": Filter(sql=_WITH_SKU),
        "reason": Filter(sql=_LINES.format(column="reason")),
        "tracking": Filter(sql=_TRACKED, value=plain),
        "held_for": Filter(sql="r.held_for = {value}"),
        "waits_for": Filter(sql="r.waits_for", many=True, also=_OPEN),
    },
    sorts={
        **newest_first("r.requested_at", "By the moment of the request"),
        "NUMBER": Sort(by="r.number", kind=str, says="By the number on the parcel."),
    },
    search={**_SEARCH, Kind.RETAILER: (*_SEARCH[Kind.RETAILER], f"r.part_of{_CONSUMER}")},
)

CONSUMER_RETURNS: Final = ListOf(
    name="consumer returns",
    source="consumer_return c",
    key="c.id",
    sides={Kind.RETAILER: ("c.retailer", "c.retailer")},
    filters={
        "reference": Filter(sql="c.reference = {value}"),
        **days("requested", "c.requested_at"),
    },
    sorts=newest_first("c.requested_at", "By the moment of the request"),
    search={
        Kind.RETAILER: (
            containing("c.reference"),
            "c.id IN (SELECT r.part_of FROM goods_return r"
            f" WHERE r.retailer = {{tenant}} AND ({' OR '.join(_SEARCH[Kind.RETAILER])}))",
            f"c.id{_CONSUMER}",
        )
    },
)

PARCELS: Final = ListOf(
    name="parcels without a return",
    source="received_parcel p",
    key="p.id",
    sides={Kind.SUPPLIER: ("p.supplier", "p.supplier")},
    filters={
        "tied": Filter(sql="(p.tied_to <> '') = {value}", value=bool),
        **days("received", "p.at"),
        "tracking": Filter(sql="p.tracking = {value}"),
    },
    sorts=newest_first("p.at", "By the moment at which it came"),
)
