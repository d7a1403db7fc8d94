"""The schema's fields about account credit."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope
from adapters.store.money.credit.records import Between
from returns_api.context import Info
from returns_api.money.credit import spending
from returns_api.money.credit.types import (
    CreditBalance,
    CreditStatement,
    credit_balances,
    credit_statement,
)
from returns_api.types.described import described, mutation
from returns_api.types.ids import NodeKind, sought
from returns_api.types.pages import Connection, Page, paged
from returns_api.types.scalars import Currency


@strawberry.type
class CreditQueries:
    """Queries about account credit, for both partners."""

    @paged(
        "Account credit kept in Takeback, by the partner's handle and the currency.",
        asks=Scope.READ_MONEY,
    )
    def credit_balances(self, info: Info, page: Page | None = None) -> Connection[CreditBalance]:
        return credit_balances(info.context, page)

    @described(
        "Account credit of a partnership in a currency over a month such as `2026-11`; null if "
        "the partnership is not yours.",
        asks=Scope.READ_MONEY,
    )
    def credit_statement(
        self, info: Info, partnership: strawberry.ID, currency: Currency, month: str
    ) -> CreditStatement | None:
        context, key = info.context, sought(partnership, NodeKind.PARTNERSHIP)
        joined = context.store.partnerships.by_id(context.principal, key)
        if joined is None:
            return None
        ids = {"supplier": joined.supplier.id, "retailer": joined.retailer.id}
        of = Between(**ids, currency=currency)
        return credit_statement(context, context.store.tenant_credit.statement(of, month))


@strawberry.type
class CreditMutations:
    """Mutations of account credit, for suppliers."""

    @mutation("Records that account credit was deducted from an invoice of yours; for suppliers.")
    def use_credit(
        self,
        info: Info,
        input: spending.UseCreditInput,  # noqa: A002
    ) -> spending.CreditSpentResult:
        return spending.use_credit(info.context, input)

    @mutation("Records that you paid out account credit by hand; for suppliers.")
    def pay_out_credit(
        self,
        info: Info,
        input: spending.PayOutCreditInput,  # noqa: A002
    ) -> spending.CreditSpentResult:
        return spending.pay_out_credit(info.context, input)

    @mutation("Sets the amount of account credit above which you want to be told; for suppliers.")
    def set_credit_limit(
        self,
        info: Info,
        input: spending.SetCreditLimitInput,  # noqa: A002
    ) -> spending.SetCreditLimitResult:
        return spending.set_credit_limit(info.context, input)
