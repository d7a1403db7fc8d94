"""Keys of one partner: listed without their secrets, issued and revoked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.identity.keys import new_key
from adapters.identity.principal import SCOPES, Kind, Role, Scope, scopes_of
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.tables import Tables, select
from adapters.store.timestamps import given_back, kept


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """What is stored of a key; its secret cannot be recovered from this."""

    id: str
    name: str
    role: Role
    scopes: frozenset[Scope]
    issued_by: str
    issued_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key to be issued: its partner, name, role and scopes."""

    partner: str
    name: str
    role: Role
    scopes: Collection[Scope]


class Keys:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: Tables, journal: Journal, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def of(self, tenant: str) -> tuple[KeyRecord, ...]:
        """All keys of a partner, the valid ones first, then the newest."""
        rows = self._tables.ApiKey
        found = map(_read, select(k for k in rows if k.partner.id == tenant))
        return tuple(
            sorted(found, key=lambda each: (bool(each.revoked_at), -each.issued_at.timestamp()))
        )

    def issue(self, wanted: NewKey, by: str) -> tuple[KeyRecord, str]:
        """Issues a key; returns its record and its text, which is shown once."""
        key, whole = new_key(), SCOPES[wanted.role]
        kept_scopes = frozenset(wanted.scopes) & whole
        row = self._tables.ApiKey(
            id=key.id,
            hash=key.hash,
            partner=wanted.partner,
            role=wanted.role,
            issued_at=kept(self._now()),
            name=wanted.name,
            scopes="" if kept_scopes == whole else " ".join(sorted(kept_scopes)),
            issued_by=by,
        )
        self._tell(row, by, "key_issued")
        return _read(row), key.text

    def revoke(self, tenant: str, key_id: str, by: str) -> KeyRecord | None:
        """Revokes a partner's key; None for those of others. A repetition changes nothing."""
        row = self._tables.ApiKey.get(id=key_id)
        if row is None or row.partner.id != tenant:
            return None
        if row.revoked_at is None:
            row.revoked_at = kept(self._now())
            self._tell(row, by, "key_revoked")
        return _read(row)

    def _tell(self, row: Any, by: str, fact: str) -> None:
        own = Sides(own=row.partner.id)
        self._journal.tell(own, by, row.id, fact, role=row.role)


def narrowed_to(role: Role, scopes: str) -> frozenset[Scope] | None:
    """Reads the scopes that a key was narrowed to; None for all that its role may do."""
    return frozenset(map(Scope, scopes.split())) & SCOPES[role] if scopes else None


def _scopes_of(row: Any) -> frozenset[Scope]:
    role = Role(row.role)
    whole, narrowed = scopes_of(role, Kind(row.partner.kind)), narrowed_to(role, row.scopes)
    return whole if narrowed is None else whole & narrowed


def _read(row: Any) -> KeyRecord:
    return KeyRecord(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        scopes=_scopes_of(row),
        issued_by=row.issued_by,
        issued_at=given_back(row.issued_at),
        revoked_at=given_back(row.revoked_at) if row.revoked_at else None,
    )
