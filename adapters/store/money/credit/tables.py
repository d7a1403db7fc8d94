"""The tables of account credit, as Pony entities; like those of `adapters.store.tables`."""

# Pony's stubs leave its attributes untyped, and its base class is made at run time.
# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pony.orm import Database, Optional, PrimaryKey, Required, composite_key

from adapters.store.tables import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTables:
    """Every entity class of account credit."""

    CreditAccount: Any
    CreditEntry: Any


def define_credit(db: Database) -> CreditTables:
    """The entities of `db`."""

    class CreditAccount(db.Entity):
        _table_ = "credit_account"
        supplier = Required(str)
        retailer = Required(str, index=True)
        currency = Required(str)
        entries = Required(int, default=0)
        balance = Required(int, size=64, default=0)
        most = Optional(int, size=64)
        changed_at = Optional(datetime)
        PrimaryKey(supplier, retailer, currency)

    class CreditEntry(db.Entity):
        _table_ = "credit_entry"
        id = PrimaryKey(str)
        supplier = Required(str)
        retailer = Required(str)
        currency = Required(str)
        number = Required(int)
        kind = Required(str)
        amount = Required(int, size=64)
        taken_from = Required(str)
        given_to = Required(str)
        balance = Required(int, size=64)
        cause = Required(str, unique=True)
        settlement = Optional(str)
        claim = Optional(str, index=True)
        invoice = Optional(str)
        how = Optional(str)
        reference = Optional(str)
        by = Required(str)
        at = Required(datetime)
        composite_key(supplier, retailer, currency, number)

        def before_update(self) -> None:
            refuse(self)

        def before_delete(self) -> None:
            refuse(self)

    return CreditTables(CreditAccount=CreditAccount, CreditEntry=CreditEntry)
