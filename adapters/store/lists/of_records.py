"""The lists of partnerships, policies, decisions and journal entries."""

from __future__ import annotations

from typing import Final

from adapters.identity.principal import Kind
from adapters.store.lists.declared import (
    PARTNER,
    Filter,
    ListOf,
    Sort,
    both,
    containing,
    days,
    newest_first,
)

_TENANT: Final = ("j.tenant", "j.tenant")

PARTNERSHIPS: Final = ListOf(
    name="partnerships",
    source="partnership s JOIN partner o ON o.id <> {tenant} AND o.id IN (s.supplier, s.retailer)",
    key="s.id",
    sides=both("s"),
    filters={"status": Filter(sql="s.status = {value}"), "partner": PARTNER},
    sorts={
        "HANDLE": Sort(by="o.handle", kind=str, says="By the partner's handle."),
        "NAME": Sort(by="o.name", kind=str, says="By the partner's name."),
    },
    search={
        kind: (containing("o.handle"), containing("o.name"))
        for kind in (Kind.SUPPLIER, Kind.RETAILER)
    },
)

_BY_NAME: Final = {"NAME": Sort(by="m.policy", kind=str, says="By name.")}
_OWNER: Final = Filter(sql="m.owner = (SELECT p.id FROM partner p WHERE p.handle = {value})")

OWN_POLICIES: Final = ListOf(
    name="policies",
    source="(SELECT DISTINCT f.policy, f.owner FROM meant_for f WHERE f.owner = {tenant}) m",
    key="m.policy",
    sides={Kind.SUPPLIER: ("m.owner", "m.owner")},
    filters={"partner": _OWNER, "names": Filter(sql="m.policy", many=True)},
    sorts=_BY_NAME,
)

POLICIES_OF_PARTNERS: Final = ListOf(
    name="policies",
    source="(SELECT DISTINCT f.policy, f.owner, s.retailer FROM partnership s"
    " JOIN partner r ON r.id = s.retailer"
    " JOIN meant_for f ON f.owner = s.supplier AND f.retailer IN ('*', r.handle)"
    " WHERE s.retailer = {tenant}) m",
    key="m.policy",
    sides={Kind.RETAILER: ("m.retailer", "m.owner")},
    filters={"partner": _OWNER, "names": Filter(sql="m.policy", many=True)},
    sorts=_BY_NAME,
)
"""Policies of which any version was ever for the asking retailer, or for every retailer."""

DECISIONS: Final = ListOf(
    name="decisions",
    source="decision d",
    key="d.id",
    sides=both("d"),
    always="d.kind <> 'return'",
    filters={
        "partner": PARTNER,
        "order": Filter(
            sql='d.order_line IN (SELECT l.id FROM purchase_line l WHERE l."order" = {value})'
        ),
        "order_line": Filter(sql="d.order_line = {value}"),
        "edition": Filter(sql="d.edition = {value}"),
        **days("decided", "d.decided_at"),
    },
    sorts=newest_first("d.decided_at", "By the moment of the decision"),
)

ENTRIES: Final = ListOf(
    name="journal entries",
    source="journal j",
    key="j.seq",
    key_kind=int,
    sides={Kind.SUPPLIER: _TENANT, Kind.RETAILER: _TENANT},
    filters={
        "kinds": Filter(sql="j.fact", many=True),
        "about": Filter(sql="j.subject = {value}"),
        "actor": Filter(sql="j.actor = {value}"),
        **days("happened", "j.at"),
    },
    sorts={
        "OLDEST": Sort(by="j.seq", kind=int, says="In the order in which it happened."),
        "NEWEST": Sort(by="j.seq", kind=int, descending=True, says="The newest first."),
    },
)
"""Entries of the kinds that the principal may read: `kinds` is always given."""
