"""The table of sessions, as a Pony entity."""

# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pony.orm import Database, Optional, PrimaryKey, Required


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTables:
    """The one entity class; `key` is the id of the API key that signed in."""

    Session: Any


def define_sessions(db: Database) -> SessionTables:
    """Defines the entity on `db`."""

    class Session(db.Entity):
        _table_ = "session"
        id = PrimaryKey(str)
        hash = Required(str)
        key = Required(str, index=True)
        agent = Optional(str)
        started_at = Required(datetime, 6)
        seen_at = Required(datetime, 6, index=True)

    return SessionTables(Session=Session)
