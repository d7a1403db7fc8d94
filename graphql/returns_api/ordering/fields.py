"""The schema's mutations of orders."""

from __future__ import annotations

import strawberry

from returns_api.context import Info
from returns_api.ordering import adding, inputs, updating
from returns_api.types.described import mutation
from returns_api.types.inputs import AddOrdersInput


@strawberry.type
class OrderMutations:
    """Mutations of orders."""

    @mutation("Adds orders between you and your partners: all of them or none.")
    def add_orders(self, info: Info, input: AddOrdersInput) -> adding.AddOrdersResult:  # noqa: A002
        return adding.add_orders(info.context, input)

    @mutation(
        "Amends an order: dates, tracking, cancelled units. What a retailer may not change alone "
        "waits for its supplier."
    )
    def update_order(
        self,
        info: Info,
        input: inputs.UpdateOrderInput,  # noqa: A002
    ) -> updating.UpdateOrderResult:
        return updating.update(info.context, input)

    @mutation("Confirms orders and changes that retailers proposed; for suppliers. This is final.")
    def confirm_orders(
        self,
        info: Info,
        input: inputs.ConfirmOrdersInput,  # noqa: A002
    ) -> updating.ConfirmOrdersResult:
        return updating.confirm_orders(info.context, input)

    @mutation("Declines orders and changes that retailers proposed; for suppliers. This is final.")
    def decline_orders(
        self,
        info: Info,
        input: inputs.DeclineOrdersInput,  # noqa: A002
    ) -> updating.DeclineOrdersResult:
        return updating.decline_orders(info.context, input)

    @mutation(
        "Sets what a retailer may state about orders without your confirmation; for suppliers."
    )
    def set_retailer_may_tell(
        self,
        info: Info,
        input: inputs.SetRetailerMayTellInput,  # noqa: A002
    ) -> updating.SetRetailerMayTellResult:
        return updating.set_retailer_may_tell(info.context, input)
