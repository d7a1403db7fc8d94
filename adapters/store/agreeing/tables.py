"""Tables of invitations and acceptances, as Pony entities; like `adapters.store.tables`."""

# Pony's stubs leave its attributes untyped, and its base class is made at run time.
# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pony.orm import Database, LongStr, Optional, PrimaryKey, Required, composite_index

from adapters.store.tables import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeingTables:
    """Every entity class of this package."""

    Acceptance: Any
    Invitation: Any


def define_agreeing(db: Database) -> AgreeingTables:
    """Defines the entities on `db`."""

    class Acceptance(db.Entity):
        _table_ = "acceptance"
        partnership = Required(str)
        edition = Required(str)
        terms = Required(LongStr, lazy=False, autostrip=False)
        accepted_by = Required(str)
        accepted_at = Required(datetime)
        PrimaryKey(partnership, edition, terms)

        def before_update(self) -> None:
            refuse(self)

    class Invitation(db.Entity):
        _table_ = "invitation"
        id = PrimaryKey(str)
        supplier = Required(str)
        retailer = Required(str, index=True)
        programme = Optional(str)
        note = Optional(str, autostrip=False)
        state = Required(str)
        key = Optional(str)
        made_by = Required(str)
        made_at = Required(datetime)
        answered_by = Optional(str)
        answered_at = Optional(datetime)
        composite_index(supplier, state)

    return AgreeingTables(Acceptance=Acceptance, Invitation=Invitation)
