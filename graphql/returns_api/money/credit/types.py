"""Account credit as its two sides see it: entries, balances, and statements of a month."""

from __future__ import annotations

from datetime import datetime, timedelta

import strawberry

from adapters.identity.principal import Scope
from adapters.store.lists.of_money import CREDIT_BALANCES, CREDIT_ENTRIES
from adapters.store.lists.statements import ListQuery
from adapters.store.money.credit import records
from engine.settlement import ledger
from returns_api.context import Context, Info
from returns_api.money.claims import Claim, claim
from returns_api.money.types import RecordedSettlement, settlement
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.pages import Connection, Page, Shown, listed, paged
from returns_api.types.scalars import Currency, Money, minor, money
from returns_api.types.trade import Partnership, partnership

Account = strawberry.enum(
    ledger.Account,
    name="CreditAccount",
    description="Where an amount stands. What is still there of the credits is on `CREDITED`.",
)
Kind = strawberry.enum(
    ledger.EntryKind, name="CreditEntryKind", description="What became of account credit."
)


@strawberry.type(description="One amount that went from one account to another; never changed.")
class CreditEntry(Node):
    """`number` counts the entries of one partnership and currency; `balance` is that after it."""

    record: strawberry.Private[records.CreditEntry]
    number: int
    """Counts the entries of one partnership and currency, from 1."""
    kind: Kind  # type: ignore[valid-type]
    """What happened."""
    amount: Money
    taken_from: Account  # type: ignore[valid-type]
    """The account that the amount left."""
    given_to: Account  # type: ignore[valid-type]
    """The account that the amount came to."""
    balance: Money
    """What was there after it."""
    invoice: str | None
    """The supplier's, which it was taken off."""
    how: str | None
    """How it was paid out."""
    reference: str | None
    """By what that payment is found."""
    at: datetime

    @described("The settlement that it is of, or off which a claim was taken.")
    def settlement(self, info: Info) -> RecordedSettlement | None:
        key, context = self.record.of.settlement, info.context
        found = context.store.seen.settlement(context.principal, key) if key else None
        return settlement(context, found) if found else None

    @described("The claim that it is of.")
    def claim(self, info: Info) -> Claim | None:
        key = self.record.of.claim
        found = info.context.store.claims.by_id(key) if key else None
        return claim(found) if found else None


@strawberry.type(description="What was moved: `credited` less the three that follow it is left.")
class CreditTotals:
    """`claimed` is claimed and neither taken off a credit, nor paid, nor dropped."""

    credited: Money
    """Credits that were given."""
    used: Money
    """Credit that was taken off invoices."""
    paid_out: Money
    """Credit that was paid by hand."""
    claimed_back: Money
    """Claims that were taken off credits."""
    claimed: Money
    """Claims that were made, less those that ended."""


@strawberry.type(description="Account credit of one partnership in one currency, as it stands.")
class CreditBalance:
    """`limit` and `overLimit` are for the supplier, who sets it; a limit refuses nothing."""

    joined: strawberry.Private[Partnership]
    currency: Currency
    balance: Money
    """What is still there."""
    totals: CreditTotals
    """What was moved in all."""
    limit: Money | None
    """Up to how much its supplier means to let stand; null for none, and for retailers."""
    over_limit: Money | None
    """By how much the balance is above the limit; null where it is not."""

    @described("Whose it is.", asks=Scope.READ_POLICIES)
    def partnership(self, info: Info) -> Partnership:  # noqa: ARG002 - found already
        return self.joined


@strawberry.type(description="Account credit of one partnership in one currency, over one month.")
class CreditStatement:
    """Months are in UTC; one opens with the balance at which the one before closed."""

    between: strawberry.Private[records.Between]
    joined: strawberry.Private[Partnership]
    currency: Currency
    month: str
    """Which it is of, such as `2026-11`."""
    opening: Money
    """What was there when the month began."""
    totals: CreditTotals
    """What was moved in the month."""
    closing: Money
    """What was there when the month ended, or now."""

    @described("Whose it is.", asks=Scope.READ_POLICIES)
    def partnership(self, info: Info) -> Partnership:  # noqa: ARG002 - found already
        return self.joined

    @paged("What happened in the month, in order.")
    def entries(self, info: Info, page: Page | None = None) -> Connection[CreditEntry]:
        of, seen, who = self.between, info.context.store.seen_credit, info.context.principal
        begin, end = (each.date() for each in ledger.month_of(self.month))
        said: dict[str, object] = {
            "other": of.retailer if who.tenant == of.supplier else of.supplier,
            "currency": of.currency,
            "written_from": begin,
            "written_to": end - timedelta(days=1),
        }
        asked = ListQuery(principal=who, sort="NUMBER", filters=said)

        def read(numbers: list[int]) -> dict[int, records.CreditEntry]:
            return {each.number: each for each in seen.entries(of, numbers)}

        return listed(
            info.context, CREDIT_ENTRIES, asked, page, Shown(read=read, show=credit_entry)
        )


def credit_entry(found: records.CreditEntry) -> CreditEntry:
    """An entry as clients see it."""
    return CreditEntry(
        id=encode(NodeKind.CREDIT, found.id),
        record=found,
        number=found.number,
        kind=found.kind,
        amount=money(found.amount),
        taken_from=found.taken_from,
        given_to=found.given_to,
        balance=money(found.balance),
        invoice=found.of.invoice or None,
        how=found.of.how or None,
        reference=found.of.reference or None,
        at=found.at,
    )


def credit_balance(context: Context, found: records.CreditBalance) -> CreditBalance | None:
    """How a ledger stands; None if its partners are joined no more."""
    of = found.between
    joined = context.store.partnerships.between(of.supplier, of.retailer)
    if joined is None:
        return None
    limit = found.most if of.supplier == context.principal.tenant else None
    return CreditBalance(
        joined=partnership(joined),
        currency=Currency(of.currency),
        balance=minor(found.totals.balance, of.currency),
        totals=_totals(found.totals, of.currency),
        limit=minor(limit, of.currency) if limit is not None else None,
        over_limit=minor(found.over, of.currency) if limit is not None and found.over else None,
    )


def credit_balances(context: Context, page: Page | None) -> Connection[CreditBalance]:
    """Of all whose partners are still joined, by the partner's handle and the currency."""
    asked = ListQuery(principal=context.principal, sort="HANDLE")

    def read(keys: list[str]) -> dict[str, CreditBalance]:
        found = {each: context.store.seen_credit.balance(_between(each)) for each in keys}
        shown = {each: credit_balance(context, balance) for each, balance in found.items()}
        return {each: balance for each, balance in shown.items() if balance}

    def show(found: CreditBalance) -> CreditBalance:
        return found

    return listed(context, CREDIT_BALANCES, asked, page, Shown(read=read, show=show))


def _between(key: str) -> records.Between:
    supplier, retailer, currency = key.split(".")
    return records.Between(supplier=supplier, retailer=retailer, currency=currency)


def credit_statement(context: Context, found: records.CreditStatement) -> CreditStatement | None:
    """A month of a ledger; None if its partners are joined no more."""
    of = found.between
    joined = context.store.partnerships.between(of.supplier, of.retailer)
    if joined is None:
        return None
    return CreditStatement(
        between=of,
        joined=partnership(joined),
        currency=Currency(of.currency),
        month=found.month,
        opening=minor(found.opening, of.currency),
        totals=_totals(found.moved, of.currency),
        closing=minor(found.closing, of.currency),
    )


def _totals(found: ledger.Totals, currency: str) -> CreditTotals:
    return CreditTotals(
        credited=minor(found.credited, currency),
        used=minor(found.used, currency),
        paid_out=minor(found.paid_out, currency),
        claimed_back=minor(found.claimed_back, currency),
        claimed=minor(found.claimed, currency),
    )
