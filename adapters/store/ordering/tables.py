"""Tables of amendments and histories, as Pony entities; like `adapters.store.tables`."""

# Pony's stubs leave its attributes untyped, and its base class is made at run time.
# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pony.orm import (
    Database,
    Json,
    LongStr,
    Optional,
    PrimaryKey,
    Required,
    composite_index,
    composite_key,
)

from adapters.store.tables import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingTables:
    """Every entity class of this package."""

    Amendment: Any
    Change: Any


def define_ordering(db: Database) -> OrderingTables:
    """Defines the entities on `db`."""

    class Amendment(db.Entity):
        _table_ = "purchase_amendment"
        id = PrimaryKey(str)
        order = Required(str)
        number = Required(int)
        supplier = Required(str)
        retailer = Required(str)
        standing = Required(str)
        change = Required(Json)
        why = Optional(str, 2_000, autostrip=False)
        said_by = Required(str)
        said_at = Required(datetime)
        answered_by = Optional(str)
        answered_at = Optional(datetime)
        answer_why = Optional(str, 2_000, autostrip=False)
        composite_key(order, number)
        composite_index(standing, said_at)

    class Change(db.Entity):
        _table_ = "purchase_change"
        order = Required(str)
        number = Required(int)
        event = Required(str)
        what = Optional(str)
        old = Required(LongStr, lazy=False, autostrip=False)
        new = Required(LongStr, lazy=False, autostrip=False)
        side = Required(str)
        by = Required(str)
        at = Required(datetime)
        why = Optional(str, 2_000, autostrip=False)
        PrimaryKey(order, number)

        def before_update(self) -> None:
            refuse(self)

        def before_delete(self) -> None:
            refuse(self)

    return OrderingTables(Amendment=Amendment, Change=Change)
