"""Tables of the journal, as Pony entities; like those of `adapters.store.tables`."""

# Pony's stubs leave its attributes untyped, and its base class is made at run time.
# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pony.orm import Database, LongStr, PrimaryKey, Required


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalTables:
    """Every entity class of the journal."""

    Chain: Any
    JournalEntry: Any
    Checkpoint: Any


def define_journal(db: Database) -> JournalTables:
    """Defines the entities on `db`."""

    class Chain(db.Entity):
        _table_ = "chain"
        tenant = PrimaryKey(str)
        seq = Required(int)
        hash = Required(str)

    class JournalEntry(db.Entity):
        _table_ = "journal"
        tenant = Required(str)
        seq = Required(int)
        at = Required(str)
        actor = Required(str)
        subject = Required(str, index=True)
        fact = Required(str)
        body = Required(LongStr, lazy=False, autostrip=False)
        before = Required(str)
        hash = Required(str)
        PrimaryKey(tenant, seq)

    class Checkpoint(db.Entity):
        _table_ = "journal_checkpoint"
        tenant = Required(str)
        seq = Required(int)
        hash = Required(str)
        at = Required(str)
        key = Required(str)
        signature = Required(str)
        PrimaryKey(tenant, seq, key)

    return JournalTables(Chain=Chain, JournalEntry=JournalEntry, Checkpoint=Checkpoint)
