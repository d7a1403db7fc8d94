"""Lists stock, sets it as suppliers count it, and takes what retailers report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Kind, Scope
from adapters.store.stock.feeds import Reported
from adapters.store.stock.moves import Where
from adapters.store.stock.shelf import MOST as MOST_UNITS
from engine.errors import RequestFault
from engine.stock.moves import Counted
from returns_api.context import Context
from returns_api.stock.inputs import ReportStockInput, SetStockInput
from returns_api.stock.paging import connection, part_of
from returns_api.stock.problems import problem
from returns_api.stock.types import Stock, shared_stock, stock
from returns_api.types.pages import Connection, Page
from returns_api.types.problems import InputProblem

MOST: Final = 500


@strawberry.type(description="The stock is as it was counted.")
class StockSet:
    """What there is now of the SKUs that were sent, each once."""

    stock: list[Stock]


@strawberry.type(description="A SKU of which you hold another quantity than you acknowledged.")
class StockDifference:
    """Nothing is sent because of it: your supplier looks first."""

    sku: str
    reported: int
    acknowledged: int


@strawberry.type(description="What you hold was compared.")
class StockReported:
    """SKUs that are not shared with you, or that news are on their way of, are left out."""

    differences: list[StockDifference]


SetStockResult = Annotated[StockSet | InputProblem, strawberry.union("SetStockResult")]
ReportStockResult = Annotated[StockReported | InputProblem, strawberry.union("ReportStockResult")]


def listed(
    context: Context, page: Page | None, sku: str | None, location: str | None
) -> Connection[Stock]:
    """A supplier's stock, or what a retailer may sell."""
    context.principal.must(Scope.READ_STOCK)
    part, store = part_of(page), context.store
    if context.principal.kind is Kind.SUPPLIER:
        where = Where(sku=sku, location=location)
        found = store.stock.of(context.principal.tenant, part, where)
        return connection(found, lambda each: stock(context, each))
    if location is not None:
        said = "Locations are their supplier's own; leave this out."
        raise RequestFault("wrong_filter", said, "location")
    shared = store.feeds.shared(context.principal, part, sku)
    return connection(shared, lambda each: shared_stock(context, each))


def set_stock(context: Context, said: SetStockInput) -> SetStockResult:
    """Sets what is available, all or nothing."""
    context.principal.must(Scope.SET_STOCK)
    store, principal, key = context.store, context.principal, said.idempotency_key
    asked = asdict(said)
    try:
        _check([(each.sku, each.location) for each in said.levels])
        _check_units([each.available for each in said.levels])
        with store.atomic():
            if store.answered.before(principal, key, "setStock", asked) is None:
                store.stock.count(principal.tenant, _counts(said), principal.by)
                store.answered.keep(principal, key, ("setStock", asked), "set")
            return StockSet(stock=_now(context, [each.sku for each in said.levels]))
    except RequestFault as fault:
        return problem(fault)


def _counts(said: SetStockInput) -> Iterable[Counted]:
    for index, each in enumerate(said.levels):
        yield Counted(
            sku=each.sku,
            location=each.location,
            quantity=each.available,
            cause=f"count:{said.idempotency_key}:{index}",
        )


def _now(context: Context, skus: Sequence[str]) -> list[Stock]:
    items = (context.store.stock.item(context.principal.tenant, sku) for sku in dict.fromkeys(skus))
    return [stock(context, each) for each in items if each]


def report_stock(context: Context, said: ReportStockInput) -> ReportStockResult:
    """Compares what a retailer holds with what it acknowledged."""
    context.principal.must(Scope.REPORT_STOCK)
    try:
        _check([each.sku for each in said.levels])
        _check_units([each.available for each in said.levels])
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


def _check(what: Sequence[object]) -> None:
    if not 1 <= len(what) <= MOST:
        raise RequestFault("wrong_size", f"1 to {MOST} levels are sent at once.", "levels")
    if len(set(what)) < len(what):
        raise RequestFault("sent_twice", "A level is sent twice.", "levels")


def _check_units(units: Sequence[int]) -> None:
    for index, each in enumerate(units):
        if not 0 <= each <= MOST_UNITS:
            wrong = f"0 to {MOST_UNITS:,} units are available."
            raise RequestFault("wrong_quantity", wrong, f"levels[{index}].available")
