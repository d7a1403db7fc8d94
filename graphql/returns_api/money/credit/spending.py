"""Suppliers use account credit, pay it out, and set its limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from adapters.store.money.credit import records
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.money.credit.types import (
    CreditBalance,
    CreditEntry,
    credit_balance,
    credit_entry,
)
from returns_api.types.ids import NodeKind, sought
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.scalars import Currency, MinorUnits
from returns_api.types.versions import check_unchanged, version_of_credit


@strawberry.input(description="Account credit that was deducted from an invoice of yours.")
class UseCreditInput:
    """At most the balance; the same idempotency key gives the same answer."""

    partnership: strawberry.ID
    currency: Currency
    amount: MinorUnits
    """In minor units."""
    invoice: str
    """The number of the invoice, 1 to 100 characters."""
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the balance that you were shown; `changed` if it is another by now."""


@strawberry.input(description="Account credit that you paid out by hand; no gateway moves it.")
class PayOutCreditInput:
    """At most the balance; the same idempotency key gives the same answer."""

    partnership: strawberry.ID
    currency: Currency
    amount: MinorUnits
    """In minor units."""
    how: str
    """The way of payment, such as `bank transfer`, 1 to 100 characters."""
    reference: str
    """A reference that identifies the payment, 1 to 100 characters."""
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the balance that you were shown; `changed` if it is another by now."""


@strawberry.input(description="The amount of account credit that you do not want to exceed.")
class SetCreditLimitInput:
    """Credit above it is posted all the same, and shown in `creditBalances`."""

    partnership: strawberry.ID
    currency: Currency
    limit: MinorUnits | None = None
    """In minor units; null for no limit."""


@strawberry.type(description="The account credit was spent.")
class CreditSpent:
    """The entry, with the remaining balance."""

    entry: CreditEntry
    """The entry that was written."""


@strawberry.type(description="The limit was set.")
class CreditLimitSet:
    """The balance with its new limit."""

    balance: CreditBalance
    """The balance with its new limit."""


CreditSpentResult = Annotated[CreditSpent | InputProblem, strawberry.union("CreditSpentResult")]
SetCreditLimitResult = Annotated[
    CreditLimitSet | InputProblem, strawberry.union("SetCreditLimitResult")
]


def use_credit(context: Context, said: UseCreditInput) -> CreditSpentResult:
    """Deducts credit from an invoice."""
    store, by = context.store, context.principal.by
    return _spent(
        context,
        said,
        "useCredit",
        lambda of: store.spending.use(of, said.amount, said.invoice, by),
    )


def pay_out_credit(context: Context, said: PayOutCreditInput) -> CreditSpentResult:
    """Records that credit was paid out by hand."""
    store, by = context.store, context.principal.by
    paid = records.Of(how=said.how, reference=said.reference)
    return _spent(
        context,
        said,
        "payOutCredit",
        lambda of: store.spending.pay_out(of, said.amount, paid, by),
    )


def set_credit_limit(context: Context, said: SetCreditLimitInput) -> SetCreditLimitResult:
    """Sets or removes a limit."""
    context.principal.must(Scope.RESOLVE_SETTLEMENTS)
    store = context.store
    try:
        with store.atomic():
            key, of = _sold_through(context, said.partnership, said.currency)
            store.spending.limit(key, of, said.limit, context.principal.by)
            found = credit_balance(context, store.tenant_credit.balance(of))
    except RequestFault as fault:
        return input_problem(fault, "input")
    assert found is not None  # noqa: S101 - the partnership was found above
    return CreditLimitSet(balance=found)


def _spent(
    context: Context,
    said: UseCreditInput | PayOutCreditInput,
    operation: str,
    spend: Callable[[records.Between], records.CreditEntry],
) -> CreditSpentResult:
    context.principal.must(Scope.RESOLVE_SETTLEMENTS)
    store, principal, asked = context.store, context.principal, said
    try:
        with store.atomic():
            _, of = _sold_through(context, said.partnership, said.currency)
            before = store.idempotency.before(principal, said.idempotency_key, operation, asked)
            made = store.tenant_credit.entry(principal.tenant, str(before)) if before else None
            if made is None:
                store.spending.hold(of)
                check_unchanged(said.if_unchanged, lambda: version_of_credit(store, of))
                made = spend(of)
                store.idempotency.keep(principal, said.idempotency_key, (operation, asked), made.id)
            return CreditSpent(entry=credit_entry(made))
    except RequestFault as fault:
        return input_problem(fault, "input")


def _sold_through(context: Context, partnership: str, currency: str) -> tuple[str, records.Between]:
    """Returns the key of a supplier's own partnership, and its ledger in a currency."""
    key = sought(partnership, NodeKind.PARTNERSHIP)
    found = context.store.partnerships.by_id(context.principal, key)
    if found is None:
        raise RequestFault("not_found", "There is no such partnership of yours.", "partnership")
    if found.supplier.id != context.principal.tenant:
        said = "Its supplier says what became of account credit."
        raise RequestFault("not_allowed", said, "partnership")
    ids = {"supplier": found.supplier.id, "retailer": found.retailer.id}
    return found.id, records.Between(**ids, currency=currency)
