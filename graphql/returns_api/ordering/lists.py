"""The lists of orders; part of the schema."""

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


@strawberry.input(description="Which orders to list: those that match every given field.")
class OrderFilter:
    """Days are those recorded; both ends are included."""

    standings: list[OrderStanding] | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Whether they are confirmed: any of these."
    )
    partner: str | None = strawberry.field(
        default=None, description="The handle of the other partner."
    )
    ordered_from: date | None = strawberry.field(
        default=None, description="The first day on which they were ordered."
    )
    ordered_to: date | None = strawberry.field(
        default=None, description="The last day on which they were ordered."
    )
    last_day_from: date | None = strawberry.field(
        default=None,
        description=(
            "The first day of the range of their last return days; leaves out orders of which all "
            "was requested."
        ),
    )
    last_day_to: date | None = strawberry.field(
        default=None,
        description=(
            "The last day of the range of their last return days; leaves out orders of which all "
            "was requested."
        ),
    )
    sku: str | None = strawberry.field(default=None, description="The SKU of one of their lines.")
    tracking: str | None = strawberry.field(
        default=None, description="The tracking number of a parcel to the consumer."
    )


@strawberry.type
class OrderLists:
    """Orders, and those that wait for their supplier."""

    @paged(
        "Your orders, by default newest first; of one number, which several suppliers may use, if "
        "given. Search by a part of an order's number, a return's number, a SKU or a tracking "
        "number.",
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
        "Orders that wait for their supplier, entirely or with a proposed change; longest waiting "
        "first.",
        also_page=True,
        asks=Scope.READ_ORDERS,
    )
    def waiting_orders(self, info: Info, page: Page | None = None) -> Connection[Order]:
        asked = ListQuery(principal=info.context.principal, sort="LONGEST")
        return _listed(info.context, WAITING_ORDERS, asked, page)


def _listed(context: Context, of: ListOf, asked: ListQuery, page: Page | None) -> Connection[Order]:
    return listed(context, of, asked, page, Shown(read=context.store.orders.some, show=order))
