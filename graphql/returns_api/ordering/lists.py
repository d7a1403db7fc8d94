"""The lists of orders that may be asked for; part of the schema."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from adapters.identity.principal import Scope
from adapters.store.lists.declared import ListOf
from adapters.store.lists.of_orders import ORDERS, WAITING_ORDERS
from adapters.store.lists.statements import ListQuery
from returns_api.context import Context, Info
from returns_api.types.ordering import OrderStanding
from returns_api.types.pages import Connection, Page, Shown, asked_of, listed, paged, sorts_of
from returns_api.types.trade import Order, order

OrderSort: Any = sorts_of("OrderSort", ORDERS)


@strawberry.input(description="Which orders are listed: those that fit everything that is said.")
class OrderFilter:
    """Days are those of the record; both are included."""

    standings: list[OrderStanding] | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Whether what was said of them holds; any of these."
    )
    partner: str | None = strawberry.field(
        default=None, description="The other side, by its handle."
    )
    ordered_from: date | None = strawberry.field(
        default=None, description="The first day on which they were ordered."
    )
    ordered_to: date | None = strawberry.field(
        default=None, description="The last day on which they were ordered."
    )
    last_day_from: date | None = strawberry.field(
        default=None,
        description="The first of the days on which they may last be asked back; none "
        "of which all was asked for.",
    )
    last_day_to: date | None = strawberry.field(
        default=None,
        description="The last of the days on which they may last be asked back; none "
        "of which all was asked for.",
    )
    sku: str | None = strawberry.field(default=None, description="A SKU of one of their lines.")
    tracking: str | None = strawberry.field(
        default=None, description="The tracking number of a parcel to the consumer."
    )


@strawberry.type
class OrderLists:
    """Orders, and those that wait."""

    @paged(
        "Your orders, by default the newest first: of one number, which several suppliers may use, "
        "or that fit what a caller says: a part of an order's number, a return's number, a SKU or "
        "a tracking number.",
        asks=Scope.READ_ORDERS,
    )
    def orders(
        self,
        info: Info,
        number: str | None = None,
        search: str | None = None,
        filter: OrderFilter | None = None,  # noqa: A002
        sort: OrderSort = OrderSort.NEWEST,
        page: Page | None = None,
    ) -> Connection[Order]:
        asked = asked_of(info.context, sort, filter, search, {"number": number})
        return _listed(info.context, ORDERS, asked, page)

    @paged(
        "Orders that wait for their supplier, wholly or with a change that was proposed; those "
        "that wait longest first.",
        also_page=True,
        asks=Scope.READ_ORDERS,
    )
    def waiting_orders(self, info: Info, page: Page | None = None) -> Connection[Order]:
        asked = ListQuery(principal=info.context.principal, sort="LONGEST")
        return _listed(info.context, WAITING_ORDERS, asked, page)


def _listed(context: Context, of: ListOf, asked: ListQuery, page: Page | None) -> Connection[Order]:
    return listed(context, of, asked, page, Shown(read=context.store.orders.some, show=order))
