"""Policy drafts: one per policy of a partner; a save must name the version that it replaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.identity.principal import Principal
from adapters.store.authoring.tables import AuthoringTables
from adapters.store.journal.chains import Journal
from adapters.store.tables import select
from adapters.store.timestamps import given_back, kept
from engine.errors import RequestFault

MOST: Final = 100
"""How many drafts a partner may keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraft:
    """An unpublished text; `version` counts its saves from 1."""

    policy: str
    text: str
    version: int
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """Somebody else saved or discarded the draft meanwhile; `now` is None if it is gone."""

    now: PolicyDraft | None


class PolicyDrafts:
    """Every call runs inside a session of the store and sees only the principal's drafts."""

    def __init__(
        self, tables: AuthoringTables, journal: Journal, now: Callable[[], datetime]
    ) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def all(self, principal: Principal) -> tuple[PolicyDraft, ...]:
        """All drafts of a partner, ordered by policy."""
        rows, owner = self._tables.PolicyDraft, principal.tenant
        found = select(d for d in rows if d.owner == owner).order_by(lambda d: d.policy)
        return tuple(map(_read, found))

    def one(self, principal: Principal, policy: str) -> PolicyDraft | None:
        """Returns the draft of one policy, or None."""
        row = self._tables.PolicyDraft.get(owner=principal.tenant, policy=policy)
        return _read(row) if row else None

    def save(
        self, principal: Principal, policy: str, text: str, expected: int
    ) -> PolicyDraft | Outdated:
        """Saves a text over the version that its author has seen; 0 for a new draft."""
        row = self._held(principal, policy)
        if (row.version if row else 0) != expected:
            return Outdated(now=_read(row) if row else None)
        said = {"text": text, "saved_by": principal.by, "saved_at": kept(self._now())}
        if row:
            row.set(version=row.version + 1, **said)
            return _read(row)
        rows, owner = self._tables.PolicyDraft, principal.tenant
        if select(d for d in rows if d.owner == owner).count() >= MOST:
            raise RequestFault("too_many", f"At most {MOST} drafts are kept; discard one.")
        return _read(rows(owner=owner, policy=policy, version=1, **said))

    def discard(self, principal: Principal, policy: str, expected: int) -> Outdated | None:
        """Deletes a draft whose current version its author has seen."""
        row = self._held(principal, policy)
        if row is None or row.version != expected:
            return Outdated(now=_read(row) if row else None)
        row.delete()
        return None

    def _held(self, principal: Principal, policy: str) -> Any:
        """Returns the row, after locking the partner's drafts until the session ends."""
        self._journal.hold(principal.tenant)
        key = {"owner": principal.tenant, "policy": policy}
        return self._tables.PolicyDraft.get_for_update(**key)


def _read(row: Any) -> PolicyDraft:
    return PolicyDraft(
        policy=row.policy,
        text=row.text,
        version=row.version,
        saved_by=row.saved_by,
        saved_at=given_back(row.saved_at),
    )
