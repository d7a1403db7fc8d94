"""What may be asked and done about orders; part of the schema."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope
from returns_api.context import Context, Info
from returns_api.ordering import adding, inputs, updating
from returns_api.types.described import described
from returns_api.types.inputs import AddOrdersInput
from returns_api.types.pages import Connection, Edge, Page, cut
from returns_api.types.trade import Order, order


@strawberry.type
class OrderQueries:
    """What may be asked about orders."""

    @described("Orders by number; several suppliers may use the same one.")
    def orders(self, info: Info, number: str) -> list[Order]:
        found = info.context.store.orders.numbered(info.context.principal, [number[:60]])
        return [order(family.order) for family in found]

    @described(
        "Orders that wait for their supplier, wholly or with a change that was proposed; those "
        "that wait longest first."
    )
    def waiting_orders(self, info: Info, page: Page | None = None) -> Connection[Order]:
        return _listed(info.context, page)


@strawberry.type
class OrderMutations:
    """What may be done about orders."""

    @described("Adds orders between you and your partners: all of them or none.")
    def add_orders(self, info: Info, input: AddOrdersInput) -> adding.AddOrdersResult:  # noqa: A002
        return adding.add_orders(info.context, input)

    @described(
        "Amends an order: days, tracking, cancelled units. What a retailer may not say waits for "
        "its supplier."
    )
    def update_order(
        self,
        info: Info,
        input: inputs.UpdateOrderInput,  # noqa: A002
    ) -> updating.UpdateOrderResult:
        return updating.update(info.context, input)

    @described("Confirms orders and changes that retailers proposed; for suppliers. It stands.")
    def confirm_orders(
        self,
        info: Info,
        input: inputs.ConfirmOrdersInput,  # noqa: A002
    ) -> updating.ConfirmOrdersResult:
        return updating.confirm_orders(info.context, input)

    @described("Declines orders and changes that retailers proposed; for suppliers. It stands.")
    def decline_orders(
        self,
        info: Info,
        input: inputs.DeclineOrdersInput,  # noqa: A002
    ) -> updating.DeclineOrdersResult:
        return updating.decline_orders(info.context, input)

    @described("Says what holds of orders when a retailer says it; for suppliers.")
    def set_retailer_may_tell(
        self,
        info: Info,
        input: inputs.SetRetailerMayTellInput,  # noqa: A002
    ) -> updating.SetRetailerMayTellResult:
        return updating.set_retailer_may_tell(info.context, input)


def _listed(context: Context, page: Page | None) -> Connection[Order]:
    context.principal.must(Scope.AMEND_ORDERS)
    keys = context.store.standings.waiting(context.principal)
    chosen, info = cut([(key, key) for key in keys], page)
    found = [(key, context.store.orders.order(context.principal, key)) for key, _ in chosen]
    return Connection(
        edges=[Edge(cursor=key, node=order(each.order)) for key, each in found if each],
        page_info=info,
        total_count=len(keys),
    )
