"""Adds orders: all of them, or none with every fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Kind, Scope
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.money.paid import PaidDraft
from adapters.store.ordering.faults import OrderFaults
from adapters.store.orders import Family
from engine.errors import RequestFault, inside
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from returns_api.context import Context
from returns_api.line_claims import days, named
from returns_api.types.codes import ProblemCode
from returns_api.types.inputs import (
    AddOrdersInput,
    OrderInput,
    OrderLineInput,
    PaymentInput,
)
from returns_api.types.problems import InputProblem, OrdersProblem, input_problem
from returns_api.types.trade import Order, order
from services.orders import adding
from services.orders.reading import of_drafts
from services.payments.reading import read_first

MOST_ORDERS: Final = 100


@strawberry.type(description="The orders were added.")
class OrdersAdded:
    """In the order in which they were sent."""

    orders: list[Order]
    """The orders as they are now, in the order in which they were sent."""


AddOrdersResult = Annotated[
    OrdersAdded | OrdersProblem | InputProblem, strawberry.union("AddOrdersResult")
]


def add_orders(context: Context, said: AddOrdersInput) -> AddOrdersResult:
    """Adds orders between the principal's partner and its partners."""
    context.principal.must(Scope.ADD_ORDERS)
    try:
        _read(context, said)
        with context.store.atomic():
            return OrdersAdded(orders=[order(family.order) for family in _added(context, said)])
    except OrderFaults as error:
        faults = [input_problem(fault, "input") for fault in error.faults]
        return OrdersProblem(
            code=ProblemCode.orders_wrong,
            message=f"Nothing was added: {faults[0].message}",
            path=faults[0].path,
            faults=faults,
        )
    except RequestFault as fault:
        return input_problem(fault, "input")


def _read(context: Context, said: AddOrdersInput) -> None:
    """Reads the charges that paid the orders at their gateway, unless answered before."""
    principal, store, key = context.principal, context.store, said.idempotency_key
    asked = said.orders
    if (
        len(said.orders) > MOST_ORDERS
        or store.idempotency.before(principal, key, "addOrders", asked) is not None
    ):
        return
    read_first(store, context.gateways, of_drafts(store, principal, _drafts(context, said)))


def _added(context: Context, said: AddOrdersInput) -> Sequence[Family]:
    principal, store, key = context.principal, context.store, said.idempotency_key
    if not 1 <= len(said.orders) <= MOST_ORDERS:
        raise RequestFault("wrong_size", f"1 to {MOST_ORDERS} orders are added at once.", "orders")
    asked = said.orders
    before = store.idempotency.before(principal, key, "addOrders", asked)
    if isinstance(before, list):
        found = [store.orders.order(principal, str(each)) for each in before]
        return [each for each in found if each]
    added = adding.add_orders(store, principal, _drafts(context, said))
    keys = [family.order.id for family in added]
    store.idempotency.keep(principal, key, ("addOrders", asked), keys)
    return added


def _drafts(context: Context, said: AddOrdersInput) -> list[OrderDraft]:
    found = []
    for index, each in enumerate(said.orders):
        with inside(f"orders[{index}]"):
            found.append(_draft(context, each))
    return found


def _draft(context: Context, said: OrderInput) -> OrderDraft:
    mine, retails = context.principal.handle, context.principal.kind is Kind.RETAILER
    return OrderDraft(
        number=said.number,
        supplier=said.partner if retails else mine,
        retailer=mine if retails else said.partner,
        currency=said.currency,
        dates=days(said.dates),
        country=said.country or "",
        channel=said.channel or "",
        facts=dict(named(said.facts)),
        lines=[_line(each, said.currency, place) for place, each in enumerate(said.lines)],
        paid=paid_by(said.payment) if said.payment else None,
    )


def paid_by(said: PaymentInput) -> PaidDraft:
    """Converts the payment of a new order."""
    ways = PaymentReferences(
        charge=said.charge or "", invoice=said.invoice or "", customer=said.customer or ""
    )
    return PaidDraft(amount=said.amount, ways=ways)


def _line(said: OrderLineInput, currency: str, place: int) -> LineDraft:
    with inside(f"lines[{place}]"):
        dates, facts = days(said.dates), dict(named(said.facts))
    return LineDraft(
        number=said.number,
        sku=said.sku,
        quantity=said.quantity,
        unit_price=Money(said.unit_price, currency),
        tax=None if said.tax is None else Money(said.tax, currency),
        returned=said.returned,
        location=said.location,
        dates=dates,
        facts=facts,
    )
