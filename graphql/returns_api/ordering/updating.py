"""Confirms, declines and amends orders, and sets what retailers may state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Scope
from adapters.store.ordering.records import Amendment, Change, LineChange
from adapters.store.orders import Family
from engine.errors import RequestFault, inside
from returns_api.context import Context
from returns_api.line_claims import days
from returns_api.ordering.inputs import (
    ConfirmOrdersInput,
    DeclineOrdersInput,
    OrderLineUpdateInput,
    SetRetailerMayTellInput,
    UpdateOrderInput,
)
from returns_api.types.ids import NodeKind, sought
from returns_api.types.ordering import OrderAmendment, amendment
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.trade import Order, Partnership, order, partnership
from services.orders.confirming import Waiting, confirm, decline
from services.orders.permitting import let_tell
from services.orders.reading import of_waiting
from services.orders.updating import update_order
from services.payments.reading import read_first

CONFIRM: Final = "confirmOrders"


@strawberry.type(description="The order was changed, or its change waits for the supplier.")
class OrderUpdated:
    """Without an `amendment` the change is in effect."""

    order: Order
    amendment: OrderAmendment | None
    """The change that waits for the supplier; null if all of it is in effect."""


@strawberry.type(description="The orders and changes were confirmed.")
class OrdersConfirmed:
    """The named orders, and the orders of the named amendments."""

    orders: list[Order]
    """The orders that were named, and those whose changes were named."""


@strawberry.type(description="The orders and changes were declined.")
class OrdersDeclined:
    """The named orders, and the orders of the named amendments."""

    orders: list[Order]
    """The orders that were named, and those whose changes were named."""


@strawberry.type(description="What the retailer may state was set.")
class RetailerMayTellSet:
    """The partnership as it is now."""

    partnership: Partnership


UpdateOrderResult = Annotated[OrderUpdated | InputProblem, strawberry.union("UpdateOrderResult")]
ConfirmOrdersResult = Annotated[
    OrdersConfirmed | InputProblem, strawberry.union("ConfirmOrdersResult")
]
DeclineOrdersResult = Annotated[
    OrdersDeclined | InputProblem, strawberry.union("DeclineOrdersResult")
]
SetRetailerMayTellResult = Annotated[
    RetailerMayTellSet | InputProblem, strawberry.union("SetRetailerMayTellResult")
]


def update(context: Context, said: UpdateOrderInput) -> UpdateOrderResult:
    """Applies the change, or stores it as a proposal to the supplier."""
    context.principal.must(Scope.AMEND_ORDERS)
    store, principal, key = context.store, context.principal, sought(said.order, NodeKind.ORDER)
    asked = said
    try:
        change = _change(said)
        with store.atomic():
            before = store.idempotency.before(principal, said.idempotency_key, "updateOrder", asked)
            made = (
                update_order(store, principal, key, change, said.reason or "")
                if before is None
                else store.amendments.visible(principal, str(before))
            )
            if before is None:
                answer = made.id if made else "none"
                operation = ("updateOrder", asked)
                store.idempotency.keep(principal, said.idempotency_key, operation, answer)
            return _updated(context, key, made)
    except RequestFault as fault:
        return input_problem(fault, "input")


def _updated(context: Context, key: str, made: Amendment | None) -> UpdateOrderResult:
    found = context.store.orders.order(context.principal, key)
    if found is None:
        raise RequestFault("not_found", "There is no such order of yours.", "order")
    waits = amendment(made, found.order.currency) if made else None
    return OrderUpdated(order=order(found.order), amendment=waits)


def _change(said: UpdateOrderInput) -> Change:
    return Change(
        dates=days(said.dates),
        country=said.country or "",
        tracking=tuple(asdict(each) for each in said.tracking or ()),
        lines=tuple(_line(each, index) for index, each in enumerate(said.lines or ())),
    )


def _line(said: OrderLineUpdateInput, index: int) -> LineChange:
    with inside(f"lines[{index}]"):
        dates = days(said.dates)
    return LineChange(line=said.line, dates=dates, cancel=said.cancel, location=said.location or "")


def confirm_orders(context: Context, said: ConfirmOrdersInput) -> ConfirmOrdersResult:
    """Confirms what was proposed."""
    store, principal = context.store, context.principal
    principal.must(Scope.CONFIRM_ORDERS)
    try:
        return OrdersConfirmed(
            orders=_answered(context, said, CONFIRM, lambda waits: confirm(store, principal, waits))
        )
    except RequestFault as fault:
        return input_problem(fault, "input")


def decline_orders(context: Context, said: DeclineOrdersInput) -> DeclineOrdersResult:
    """Declines what was proposed."""
    store, principal = context.store, context.principal
    principal.must(Scope.CONFIRM_ORDERS)
    try:
        return OrdersDeclined(
            orders=_answered(
                context,
                said,
                "declineOrders",
                lambda waits: decline(store, principal, waits, said.reason),
            )
        )
    except RequestFault as fault:
        return input_problem(fault, "input")


def _answered(
    context: Context,
    said: ConfirmOrdersInput | DeclineOrdersInput,
    operation: str,
    do: Callable[[Waiting], Sequence[Family]],
) -> list[Order]:
    store, principal = context.store, context.principal
    key, asked = said.idempotency_key, said
    waits = Waiting(
        orders=_distinct(said.orders, NodeKind.ORDER, "orders"),
        amendments=_distinct(said.amendments, NodeKind.AMENDMENT, "amendments"),
    )
    if operation == CONFIRM and store.idempotency.before(principal, key, operation, asked) is None:
        read_first(store, context.gateways, of_waiting(store, principal, waits))
    with store.atomic():
        before = store.idempotency.before(principal, key, operation, asked)
        if isinstance(before, list):
            known = [store.orders.order(principal, str(each)) for each in before]
            return [order(each.order) for each in known if each]
        found = do(waits)
        store.idempotency.keep(principal, key, (operation, asked), [f.order.id for f in found])
        return [order(each.order) for each in found]


def _distinct(ids: Sequence[str], kind: NodeKind, path: str) -> list[str]:
    if len(set(ids)) < len(ids):
        raise RequestFault("sent_twice", "An id stands twice.", path)
    return [sought(each, kind) for each in ids]


def set_retailer_may_tell(
    context: Context, said: SetRetailerMayTellInput
) -> SetRetailerMayTellResult:
    """Sets what a retailer may state without confirmation."""
    context.principal.must(Scope.SET_TERMS)
    key = sought(said.partnership, NodeKind.PARTNERSHIP)
    try:
        with context.store.atomic():
            found = let_tell(context.store, context.principal, key, said.may)
    except RequestFault as fault:
        return input_problem(fault, "input")
    return RetailerMayTellSet(partnership=partnership(found))
