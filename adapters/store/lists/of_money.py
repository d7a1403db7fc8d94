"""The lists of settlements, claims and account credit."""

from __future__ import annotations

from typing import Final

from adapters.identity.principal import Kind
from adapters.store.lists.declared import (
    PARTNER,
    Filter,
    ListOf,
    Sort,
    both,
    days,
    newest_first,
    orders_found,
)

_OF_ORDERS: Final = (
    '(s.payment IN (SELECT p.id FROM payment p WHERE p."order" {of})'
    ' OR s.order_line IN (SELECT l.id FROM purchase_line l WHERE l."order" {of}))'
)
_SEARCH: Final = {
    kind: (
        "s.reference = {text}",
        _OF_ORDERS.format(of=f"IN ({orders_found(kind)})"),
        "s.return_line IN (SELECT l.id FROM return_line l JOIN goods_return r ON r.id = l.part_of"
        " WHERE r.number = {return_number})",
    )
    for kind in (Kind.SUPPLIER, Kind.RETAILER)
}

SETTLEMENTS: Final = ListOf(
    name="settlements",
    source="settlement s",
    key="s.id",
    sides=both("s"),
    filters={
        "states": Filter(sql="s.state", many=True, split=True),
        "partner": PARTNER,
        "order": Filter(sql=_OF_ORDERS.format(of="= {value}")),
        "ways": Filter(sql="s.instrument", many=True),
        "currency": Filter(sql="s.currency = {value}"),
        **days("made", "s.made_at"),
    },
    sorts={
        **newest_first("s.made_at", "By the moment at which it was planned"),
        "LARGEST": Sort(
            by="s.amount", kind=int, descending=True, says="By amount, the largest first."
        ),
    },
    search=_SEARCH,
)

CLAIMS: Final = ListOf(
    name="claims",
    source="claim c",
    key="c.id",
    sides=both("c"),
    filters={
        "state": Filter(sql="c.state = {value}"),
        "partner": PARTNER,
        **days("made", "c.made_at"),
    },
    sorts=newest_first("c.made_at", "By the moment at which it was made"),
)

CREDIT_BALANCES: Final = ListOf(
    name="credit balances",
    source="credit_account a"
    " JOIN partnership s ON s.supplier = a.supplier AND s.retailer = a.retailer"
    " JOIN partner o ON o.id <> {tenant} AND o.id IN (a.supplier, a.retailer)",
    key="a.supplier || '.' || a.retailer || '.' || a.currency",
    sides=both("a"),
    filters={},
    sorts={"HANDLE": Sort(by="o.handle", kind=str, says="By the partner's handle.")},
)
"""Balances with all joined partners, or of one partner by currency."""

CREDIT_ENTRIES: Final = ListOf(
    name="credit entries",
    source="credit_entry e",
    key="e.number",
    key_kind=int,
    sides=both("e"),
    filters={
        "other": Filter(sql="{other} = {value}"),
        "currency": Filter(sql="e.currency = {value}"),
        **days("written", "e.at"),
    },
    sorts={"NUMBER": Sort(by="e.number", kind=int, says="In the order in which they happened.")},
)
"""Entries of one account: `other`, the partner's id, and `currency` are always given."""

UNREAD_EVENTS: Final = ListOf(
    name="unread events",
    source="unread_event u",
    key="u.of_type || ' ' || u.reference",
    sides=dict.fromkeys((Kind.SUPPLIER, Kind.RETAILER), ("u.tenant", "u.tenant")),
    filters={},
    sorts={"NEWEST": Sort(by="u.last_at", descending=True, says="Those that came last first.")},
)
"""Unread events of the principal's account; the key works because types have no spaces."""
