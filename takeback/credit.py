"""Reads account credit from the store named by the settings, for operators."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from adapters.documents.cells import Cell, written
from adapters.identity.principal import Kind
from adapters.store.money.credit.records import Between, CreditEntry, CreditStatement
from engine.errors import RequestFault
from engine.money import CURRENCIES
from takeback.partners import known, opened
from takeback.settings import Settings

COLUMNS = (
    *("number", "at", "kind", "amount", "currency", "taken_from", "given_to", "balance"),
    *("settlement", "claim", "invoice", "how", "reference"),
)


def statement(
    settings: Settings, supplier: str, retailer: str, currency: str, month: str
) -> tuple[CreditStatement, tuple[CreditEntry, ...]]:
    """Returns the statement of a month such as `2026-11`, and all its entries.

    Raises `RequestFault` `unknown_partner`, `not_found`, `wrong_currency` or `wrong_month`.
    """
    if currency not in CURRENCIES:
        raise RequestFault("wrong_currency", f"`{currency[:10]}` is not a currency of ISO 4217.")
    with opened(settings) as store:
        ids = (known(store, supplier, Kind.SUPPLIER).id, known(store, retailer, Kind.RETAILER).id)
        if store.partnerships.between(*ids) is None:
            raise RequestFault("not_found", f"`{supplier}` and `{retailer}` are not joined.")
        of = Between(supplier=ids[0], retailer=ids[1], currency=currency)
        found, seen = store.tenant_credit.statement(of, month), store.tenant_credit
        return found, seen.entries(of, seen.numbers(of, month))


def as_csv(entries: Iterable[CreditEntry]) -> str:
    """Returns CSV with a line for each entry, amounts as decimals."""
    return written((COLUMNS, *map(_cells, entries)))


def _cells(entry: CreditEntry) -> tuple[Cell, ...]:
    amount, balance, of = entry.amount, entry.balance, entry.of
    return (
        *(entry.number, f"{entry.at:%Y-%m-%dT%H:%M:%SZ}", entry.kind, Decimal(amount.decimal)),
        *(amount.currency, entry.taken_from, entry.given_to, Decimal(balance.decimal)),
        *(of.settlement, of.claim, of.invoice, of.how, of.reference),
    )
