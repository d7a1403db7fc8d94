"""The table of drafts, as a Pony entity; like `adapters.store.tables`."""

# Pony's stubs leave its attributes untyped, and its base class is made at run time.
# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pony.orm import Database, LongStr, PrimaryKey, Required


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoringTables:
    """Every entity class of this package."""

    PolicyDraft: Any


def define_authoring(db: Database) -> AuthoringTables:
    """Defines the entities on `db`."""

    class PolicyDraft(db.Entity):
        _table_ = "policy_draft"
        owner = Required(str)
        policy = Required(str)
        text = Required(LongStr, lazy=False, autostrip=False)
        version = Required(int)
        saved_by = Required(str)
        saved_at = Required(datetime)
        PrimaryKey(owner, policy)

    return AuthoringTables(PolicyDraft=PolicyDraft)
