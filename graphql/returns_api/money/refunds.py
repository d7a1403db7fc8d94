"""Payments of orders, and refunds of whole orders: seen first, then done, each once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import strawberry

from adapters.identity.principal import Kind, Scope
from adapters.store.money.paid import NewPayment
from adapters.store.money.refunds import OrderRefund
from adapters.store.records import Order
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.instruments import Ways
from returns_api.context import Context
from returns_api.money.inputs import (
    AddPaymentInput,
    AllowRefundsInput,
    RefundInput,
    RefundOrderInput,
)
from returns_api.money.types import (
    Payment,
    RecordedSettlement,
    RefundPreview,
    payment,
    preview,
    settlement,
)
from returns_api.orders import paid_by
from returns_api.types.ids import NodeKind, key_of, sought
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.trade import Partnership, partnership


@strawberry.type(description="The payment is known.")
class PaymentAdded:
    """The ceiling of all that goes back of it."""

    payment: Payment


@strawberry.type(description="The refund is planned; a worker sends it.")
class OrderRefunded:
    """Its state says how far it is."""

    settlement: RecordedSettlement


@strawberry.type(description="The partnership says whether its retailer may refund orders.")
class RefundsAllowed:
    """How it stands now."""

    partnership: Partnership


AddPaymentResult = Annotated[PaymentAdded | InputProblem, strawberry.union("AddPaymentResult")]
RefundPreviewResult = Annotated[
    RefundPreview | InputProblem, strawberry.union("RefundPreviewResult")
]
RefundOrderResult = Annotated[OrderRefunded | InputProblem, strawberry.union("RefundOrderResult")]
AllowRefundsResult = Annotated[
    RefundsAllowed | InputProblem, strawberry.union("AllowRefundsResult")
]


def add_payment(context: Context, said: AddPaymentInput) -> AddPaymentResult:
    """How an order was paid to the one who says it: by its retailer, or by its consumer."""
    context.principal.must(Scope.SET_PAYMENTS)
    store = context.store
    try:
        found = _order(context, said.order)
        draft = paid_by(said.payment)
        if (fault := draft.wrong) is not None:
            raise RequestFault(*fault)
        amount = Money(draft.amount, found.currency)
        with store.atomic():
            made = store.payments.add(_said(context, found, amount, draft.ways))
    except RequestFault as fault_:
        return input_problem(fault_, "input")
    return PaymentAdded(payment=payment(context, made))


def _said(context: Context, paid_for: Order, amount: Money, ways: Ways) -> NewPayment:
    return NewPayment(
        supplier=context.principal.tenant,
        retailer=paid_for.retailer.id,
        order=paid_for.id,
        amount=amount,
        ways=ways,
        by=context.principal.by,
    )


def refund_preview(context: Context, said: RefundInput) -> RefundPreviewResult:
    """What would go back."""
    context.principal.must(Scope.REFUND_ORDERS)
    try:
        seen = context.store.refunds.preview(_wanted(context, said, to_consumer=False))
        return preview(context, seen)
    except RequestFault as fault:
        return input_problem(fault, "input")


def consumer_refund_preview(context: Context, said: RefundInput) -> RefundPreviewResult:
    """What would go back to a consumer."""
    context.principal.must(Scope.REFUND_ORDERS)
    try:
        seen = context.store.refunds.preview(_wanted(context, said, to_consumer=True))
        return preview(context, seen)
    except RequestFault as fault:
        return input_problem(fault, "input")


def refund_order(context: Context, said: RefundOrderInput) -> RefundOrderResult:
    """Plans what the supplier gives back; the same key again gives the same settlement."""
    return _refunded(context, said, "refundOrder", to_consumer=False)


def refund_consumer(context: Context, said: RefundOrderInput) -> RefundOrderResult:
    """Plans what the retailer gives back; the same key again gives the same settlement."""
    return _refunded(context, said, "refundConsumer", to_consumer=True)


def _refunded(
    context: Context, said: RefundOrderInput, operation: str, *, to_consumer: bool
) -> RefundOrderResult:
    context.principal.must(Scope.REFUND_ORDERS)
    store, principal, key = context.store, context.principal, said.idempotency_key
    asked = asdict(said)
    try:
        wanted = _wanted(context, said.refund, to_consumer=to_consumer)
        with store.atomic():
            before = store.answered.before(principal, key, operation, asked)
            if before is not None:
                known = store.seen.settlement(principal, str(before))
                if known is not None:
                    return OrderRefunded(settlement=settlement(context, known))
            made = store.refunds.refund(wanted, said.why, principal.by)
            store.answered.keep(principal, key, (operation, asked), made.id)
    except RequestFault as fault:
        return input_problem(fault, "input")
    return OrderRefunded(settlement=settlement(context, made))


def allow_refunds(context: Context, said: AllowRefundsInput) -> AllowRefundsResult:
    """The supplier's standing permission."""
    context.principal.must(Scope.SET_TERMS)
    key, principal = sought(said.partnership, NodeKind.PARTNERSHIP), context.principal
    with context.store.atomic():
        found = context.store.partners.allow_refunds(principal, key, allow=said.allow)
    if found is None:
        fault = RequestFault("not_found", "There is no such partnership of yours.", "partnership")
        return input_problem(fault, "input")
    return RefundsAllowed(partnership=partnership(found))


def _wanted(context: Context, said: RefundInput, *, to_consumer: bool) -> OrderRefund:
    """What is meant, if the one who asks may have it; raises `RequestFault`."""
    found = _order(context, said.order)
    _check_may(context, found, to_consumer=to_consumer)
    paid = sought(said.payment, NodeKind.PAYMENT) if said.payment is not None else None
    return OrderRefund(
        order=found.id,
        payee=(found.retailer if to_consumer else found.supplier).id,
        payment=paid,
        amount=said.amount,
        keep_back=said.keep_back,
    )


def _check_may(context: Context, found: Order, *, to_consumer: bool) -> None:
    """A supplier's money is the retailer's to move if it is allowed to; its own always is."""
    retails = context.principal.kind is Kind.RETAILER
    if to_consumer and not retails:
        raise RequestFault("not_allowed", "A consumer is refunded by its retailer.", "order")
    if retails and not to_consumer:
        joined = context.store.partners.between(found.supplier.id, found.retailer.id)
        if joined is None or not joined.retailer_refunds:
            raise RequestFault(
                "not_allowed", f"`{found.supplier.handle}` refunds its orders itself.", "order"
            )


def _order(context: Context, text: str) -> Order:
    key = key_of(text, NodeKind.ORDER)
    found = context.store.orders.order(context.principal, key) if key else None
    if found is None:
        raise RequestFault("not_found", "There is no such order of yours.", "order")
    return found.order
