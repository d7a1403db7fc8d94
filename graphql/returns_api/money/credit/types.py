"""Account credit as both partners see it: entries, balances, and monthly statements."""

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
from returns_api.types.versions import version_of_credit

Account = strawberry.enum(
    ledger.Account,
    name="CreditAccount",
    description="An account of the ledger. The credit that is still available is on `CREDITED`.",
)
Kind = strawberry.enum(
    ledger.EntryKind, name="CreditEntryKind", description="The kind of an entry of account credit."
)


@strawberry.type(description="An amount posted from one account to another; it never changes.")
class CreditEntry(Node):
    """`number` counts the entries of one partnership and currency; `balance` is the one
    after it.
    """

    record: strawberry.Private[records.CreditEntry]
    number: int
    """The number of the entry within its partnership and currency, from 1."""
    kind: Kind  # type: ignore[valid-type]
    """What happened."""
    amount: Money
    taken_from: Account  # type: ignore[valid-type]
    """The account that the amount was posted from."""
    given_to: Account  # type: ignore[valid-type]
    """The account that the amount was posted to."""
    balance: Money
    """The balance after it."""
    invoice: str | None
    """The supplier's invoice from which it was deducted."""
    how: str | None
    """The way in which it was paid out."""
    reference: str | None
    """The reference of that payment."""
    at: datetime

    @described("The settlement that it belongs to, or from which a claim was deducted.")
    def settlement(self, info: Info) -> RecordedSettlement | None:
        key, context = self.record.of.settlement, info.context
        found = context.store.tenant_money.settlement(context.principal, key) if key else None
        return settlement(context, found) if found else None

    @described("The claim that it belongs to.")
    def claim(self, info: Info) -> Claim | None:
        key = self.record.of.claim
        found = info.context.store.claims.by_id(key) if key else None
        return claim(found) if found else None


@strawberry.type(
    description="Totals of movements: `credited` less the three fields after it is the balance."
)
class CreditTotals:
    """`claimed` is claimed and neither deducted from a credit, nor paid, nor dropped."""

    credited: Money
    """Credits that were given."""
    used: Money
    """Credit that was deducted from invoices."""
    paid_out: Money
    """Credit that was paid out by hand."""
    claimed_back: Money
    """Claims that were deducted from credits."""
    claimed: Money
    """Claims that were made, less those that ended."""


@strawberry.type(description="The account credit of one partnership in one currency, as of now.")
class CreditBalance:
    """`limit` and `overLimit` are for the supplier, who sets it; a limit refuses nothing."""

    between: strawberry.Private[records.Between]
    joined: strawberry.Private[Partnership]
    currency: Currency
    balance: Money
    """The credit that is still available."""
    totals: CreditTotals
    """The totals of all movements."""
    limit: Money | None
    """The amount that its supplier does not want to exceed; null for no limit, and for
    retailers.
    """
    over_limit: Money | None
    """The amount by which the balance exceeds the limit; null if it does not."""

    @described("What `ifUnchanged` takes: it changes with all that is posted to the account.")
    def version(self, info: Info) -> str:
        return version_of_credit(info.context.store, self.between)

    @described("The supplier and the retailer of the account.", asks=Scope.READ_POLICIES)
    def partnership(self, info: Info) -> Partnership:  # noqa: ARG002 - found already
        return self.joined


@strawberry.type(
    description="The account credit of one partnership in one currency over one month."
)
class CreditStatement:
    """Months are in UTC; each opens with the closing balance of the previous one."""

    between: strawberry.Private[records.Between]
    joined: strawberry.Private[Partnership]
    currency: Currency
    month: str
    """The month, such as `2026-11`."""
    opening: Money
    """The balance at the beginning of the month."""
    totals: CreditTotals
    """The totals of the month."""
    closing: Money
    """The balance at the end of the month, or now."""

    @described("What `ifUnchanged` takes: it changes with all that is posted to the account.")
    def version(self, info: Info) -> str:
        return version_of_credit(info.context.store, self.between)

    @described("The supplier and the retailer of the account.", asks=Scope.READ_POLICIES)
    def partnership(self, info: Info) -> Partnership:  # noqa: ARG002 - found already
        return self.joined

    @paged("The entries of the month, in order.")
    def entries(self, info: Info, page: Page | None = None) -> Connection[CreditEntry]:
        of, seen, who = self.between, info.context.store.tenant_credit, info.context.principal
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
    """Converts an entry to the API's type."""
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
    """Converts a balance; None if its partners are no longer joined."""
    of = found.between
    joined = context.store.partnerships.between(of.supplier, of.retailer)
    if joined is None:
        return None
    limit = found.most if of.supplier == context.principal.tenant else None
    return CreditBalance(
        between=of,
        joined=partnership(joined),
        currency=Currency(of.currency),
        balance=minor(found.totals.balance, of.currency),
        totals=_totals(found.totals, of.currency),
        limit=minor(limit, of.currency) if limit is not None else None,
        over_limit=minor(found.over, of.currency) if limit is not None and found.over else None,
    )


def credit_balances(context: Context, page: Page | None) -> Connection[CreditBalance]:
    """Lists the balances of joined partners, by the partner's handle and the currency."""
    asked = ListQuery(principal=context.principal, sort="HANDLE")

    def read(keys: list[str]) -> dict[str, CreditBalance]:
        found = {each: context.store.tenant_credit.balance(_between(each)) for each in keys}
        shown = {each: credit_balance(context, balance) for each, balance in found.items()}
        return {each: balance for each, balance in shown.items() if balance}

    def show(found: CreditBalance) -> CreditBalance:
        return found

    return listed(context, CREDIT_BALANCES, asked, page, Shown(read=read, show=show))


def _between(key: str) -> records.Between:
    supplier, retailer, currency = key.split(".")
    return records.Between(supplier=supplier, retailer=retailer, currency=currency)


def credit_statement(context: Context, found: records.CreditStatement) -> CreditStatement | None:
    """Converts a statement; None if its partners are no longer joined."""
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
