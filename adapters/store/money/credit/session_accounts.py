"""Accounts of credit within a session: each is read once, and written once at its end.

Callers hold the journals of both partners, so that nobody else adds to an account.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from adapters.store.connection.own import Own
from adapters.store.connection.statements import Row, Statements
from adapters.store.money.credit.records import Between, CreditEntry
from adapters.store.timestamps import given_back, written

_HELD: Final = """SELECT entries, balance, changed_at FROM credit_account
    WHERE supplier = ? AND retailer = ? AND currency = ?"""
_CHANGED: Final = """INSERT INTO credit_account
    (supplier, retailer, currency, entries, balance, changed_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (supplier, retailer, currency) DO UPDATE SET entries = excluded.entries,
    balance = excluded.balance, changed_at = excluded.changed_at"""
_LIMITED: Final = """INSERT INTO credit_account
    (supplier, retailer, currency, entries, balance, most) VALUES (?, ?, ?, 0, 0, ?)
    ON CONFLICT (supplier, retailer, currency) DO UPDATE SET most = excluded.most"""
_COLUMNS: Final = (
    *("id", "supplier", "retailer", "currency", "number", "kind", "amount", "taken_from"),
    *("given_to", "balance", "cause", "settlement", "claim", "invoice", "how", "reference"),
    *('"by"', "at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The number of entries, and the balance in minor units after the last one."""

    entries: int = 0
    balance: int = 0
    changed_at: datetime | None = None


@dataclass(slots=True)
class _Here:
    """One session's locked accounts, and its entries that are not written yet."""

    accounts: dict[Between, Account] = field(default_factory=dict)
    made: list[Row] = field(default_factory=list)
    changed: dict[Between, None] = field(default_factory=dict)


class HeldAccounts:
    """Every call runs inside a writing session of the store."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._own = Own(statements.database, _Here)

    def of(self, key: Between) -> Account:
        """The account including this session's entries; empty if nobody has written to it."""
        accounts = self._own.here().accounts
        if key not in accounts:
            rows = self._statements.held(_HELD, *_values(key))
            accounts[key] = Account()
            for entries, balance, at in rows:
                changed_at = given_back(at) if at else None
                accounts[key] = Account(entries=entries, balance=balance, changed_at=changed_at)
        return accounts[key]

    def add(self, made: CreditEntry, cause: str) -> None:
        """Adds an entry; the database refuses the same `cause` twice."""
        here, key = self._own.here(), made.between
        here.accounts[key] = Account(
            entries=made.number, balance=made.balance.minor, changed_at=made.at
        )
        here.changed[key] = None
        here.made.append(_row(made, cause or made.id))
        self._statements.before_end(("credit_account", "credit_entry"), self._write)

    def limit(self, key: Between, most: int | None) -> None:
        """Sets the intended maximum balance (minor units); None for no limit."""
        self._statements.write_later(_LIMITED, *_values(key), most)

    def _write(self) -> None:
        here = self._own.here()
        for key in here.changed:
            account = here.accounts[key]
            at = written(account.changed_at) if account.changed_at else None
            values = (*_values(key), account.entries, account.balance, at)
            self._statements.write_later(_CHANGED, *values)
        self._statements.insert_later("credit_entry", _COLUMNS, here.made)
        here.changed, here.made = {}, []


def _values(key: Between) -> tuple[str, str, str]:
    return key.supplier, key.retailer, key.currency


def _row(made: CreditEntry, cause: str) -> Row:
    return (
        made.id,
        *_values(made.between),
        made.number,
        str(made.kind),
        made.amount.minor,
        str(made.taken_from),
        str(made.given_to),
        made.balance.minor,
        cause,
        made.of.settlement,
        made.of.claim,
        made.of.invoice,
        made.of.how,
        made.of.reference,
        made.by,
        written(made.at),
    )
