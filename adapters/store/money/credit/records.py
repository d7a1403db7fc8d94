"""Immutable records of account credit that outlive the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.store.timestamps import given_back
from engine.money import Money
from engine.settlement.ledger import Account, EntryKind, Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Whose credit in which currency, by the ids of the two partners."""

    supplier: str
    retailer: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Of:
    """What an entry belongs to, by ids or by a person's reference; unused fields are empty."""

    settlement: str = ""
    claim: str = ""
    invoice: str = ""
    how: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEntry:
    """`number` counts the entries of one ledger from 1; `balance` is the one after the entry."""

    id: str
    between: Between
    number: int
    kind: EntryKind
    amount: Money
    taken_from: Account
    given_to: Account
    balance: Money
    of: Of
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditBalance:
    """A ledger's totals; `most` is its limit in minor units, None without one."""

    between: Between
    totals: Totals
    most: int | None

    @property
    def over(self) -> int:
        """Minor units above the limit."""
        return max(0, self.totals.balance - self.most) if self.most is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditStatement:
    """A month: `opening` and `closing` are balances in minor units, `moved` is of the month."""

    between: Between
    month: str
    opening: int
    moved: Totals

    @property
    def closing(self) -> int:
        """The balance at its end, in minor units."""
        return self.opening + self.moved.balance


def entry(row: Any) -> CreditEntry:
    """From an entity, inside a session."""
    return CreditEntry(
        id=row.id,
        between=between(row),
        number=row.number,
        kind=EntryKind(row.kind),
        amount=Money(row.amount, row.currency),
        taken_from=Account(row.taken_from),
        given_to=Account(row.given_to),
        balance=Money(row.balance, row.currency),
        of=Of(
            settlement=row.settlement,
            claim=row.claim,
            invoice=row.invoice,
            how=row.how,
            reference=row.reference,
        ),
        by=row.by,
        at=given_back(row.at),
    )


def between(row: Any) -> Between:
    """From the entity of a settlement, a claim, an entry or an account."""
    return Between(supplier=row.supplier, retailer=row.retailer, currency=row.currency)
