"""Reads keys with their principals, and partnerships, each by one statement."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from adapters.identity.principal import Kind, Principal, Role
from adapters.store.connection.statements import Statements, json_of
from adapters.store.keys import narrowed_to
from adapters.store.records import Partner, Partnership, Status, Telling

_KEY: Final = """SELECT k.hash, k.revoked_at, k.role, k.scopes, k.id, p.id, p.handle, p.kind
    FROM api_key k JOIN partner p ON p.id = k.partner WHERE k.id = ?"""
_PARTNERSHIP: Final = """SELECT t.id, t.status, t.programme, CAST(t.terms AS TEXT),
    t.retailer_refunds, CAST(t.retailer_may_tell AS TEXT),
    s.id, s.handle, s.name, s.kind, r.id, r.handle, r.name, r.kind
    FROM partnership t JOIN partner s ON s.id = t.supplier JOIN partner r ON r.id = t.retailer
    WHERE t.supplier = ? AND t.retailer = ?"""

_VISIBLE: Final = """SELECT p.id, p.handle, p.name, p.kind FROM partner p WHERE p.id = ?
    AND (p.id = ? OR EXISTS (SELECT 1 FROM partnership t WHERE t.supplier = p.id AND t.retailer = ?)
    OR EXISTS (SELECT 1 FROM partnership t WHERE t.retailer = p.id AND t.supplier = ?))"""


def key_of(statements: Statements, key_id: str) -> tuple[str, Principal] | None:
    """The hash and the principal of a valid key, or None."""
    for hash_, revoked_at, role, scopes, key, tenant, handle, kind in statements.rows(_KEY, key_id):
        if revoked_at is None:
            return hash_, Principal(
                tenant=tenant,
                handle=handle,
                kind=Kind(kind),
                role=Role(role),
                key_id=key,
                only=narrowed_to(Role(role), scopes),
            )
    return None


def between(statements: Statements, supplier: str, retailer: str) -> Partnership | None:
    """The partnership of two partners, given by id, or None."""
    for row in statements.rows(_PARTNERSHIP, supplier, retailer):
        return Partnership(
            id=row[0],
            supplier=partner(*row[6:10]),
            retailer=partner(*row[10:14]),
            status=Status(row[1]),
            programme=row[2],
            terms=json_of(row[3]),
            retailer_refunds=bool(row[4]),
            may_tell=frozenset(map(Telling, json_of(row[5]))),
        )
    return None


def visible(statements: Statements, principal: Principal, key: str) -> Partner | None:
    """Returns the principal itself, or a partner that it has a partnership with, or None."""
    found = statements.rows(_VISIBLE, key, *(principal.tenant,) * 3)
    return partner(*found[0]) if found else None


@lru_cache(maxsize=4_096)
def partner(key: str, handle: str, name: str, kind: str) -> Partner:
    """Makes a partner from the columns of its row; cached."""
    return Partner(id=key, handle=handle, name=name, kind=Kind(kind))
