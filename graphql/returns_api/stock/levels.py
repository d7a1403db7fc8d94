"""Sets stock as suppliers count it, and compares what retailers report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from adapters.store.stock.feeds import Reported
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.stock.inputs import ReportStockInput, SetStockInput
from returns_api.stock.problems import problem
from returns_api.stock.types import Stock, stock
from returns_api.types.problems import InputProblem
from services.stock.counting import Level, check_levels
from services.stock.counting import set_stock as set_stock_


@strawberry.type(description="The stock levels were set.")
class StockSet:
    """The current stock of the SKUs that were sent, each once."""

    stock: list[Stock]
    """The stock of each counted SKU."""


@strawberry.type(description="A SKU of which you hold a different quantity than you acknowledged.")
class StockDifference:
    """Nothing is sent because of it: your supplier checks first."""

    sku: str
    reported: int
    """The units that you reported."""
    acknowledged: int
    """The units that you acknowledged last."""


@strawberry.type(description="The result of comparing what you hold.")
class StockReported:
    """Leaves out SKUs that are not shared with you, and those with an update on its way."""

    differences: list[StockDifference]
    """SKUs of which you hold a different quantity than you acknowledged."""


SetStockResult = Annotated[StockSet | InputProblem, strawberry.union("SetStockResult")]
ReportStockResult = Annotated[StockReported | InputProblem, strawberry.union("ReportStockResult")]


def set_stock(context: Context, said: SetStockInput) -> SetStockResult:
    """Sets stock levels, all or none."""
    context.principal.must(Scope.SET_STOCK)
    store, principal, key = context.store, context.principal, said.idempotency_key
    asked = said
    try:
        levels = [Level(**asdict(each)) for each in said.levels]
        with store.atomic():
            if store.idempotency.before(principal, key, "setStock", asked) is None:
                set_stock_(store, principal, levels, key)
                store.idempotency.keep(principal, key, ("setStock", asked), "set")
            return StockSet(stock=_now(context, [each.sku for each in said.levels]))
    except RequestFault as fault:
        return problem(fault)


def _now(context: Context, skus: Sequence[str]) -> list[Stock]:
    items = (context.store.stock.item(context.principal.tenant, sku) for sku in dict.fromkeys(skus))
    return [stock(context, each) for each in items if each]


def report_stock(context: Context, said: ReportStockInput) -> ReportStockResult:
    """Compares what a retailer holds with what it acknowledged."""
    context.principal.must(Scope.REPORT_STOCK)
    try:
        check_levels([each.sku for each in said.levels], [e.available for e in said.levels])
        levels = [Reported(sku=each.sku, available=each.available) for each in said.levels]
        with context.store.atomic():
            found = context.store.feeds.report(context.principal, said.supplier, levels)
        return StockReported(
            differences=[
                StockDifference(
                    sku=each.sku, reported=each.reported, acknowledged=each.acknowledged
                )
                for each in found
            ]
        )
    except RequestFault as fault:
        return problem(fault)
