"""Adds payments of orders, and previews and makes refunds of whole orders, each once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Kind, Scope
from adapters.store.money import records
from adapters.store.money.paid import PaidDraft
from adapters.store.money.refunds import OrderRefund, check_why
from adapters.store.ordering.records import Amendment
from adapters.store.orders import Family
from adapters.store.records import Order
from engine.errors import RequestFault, inside
from engine.money import Money
from returns_api.context import Context
from returns_api.money.inputs import (
    AddPaymentInput,
    AllowRefundsInput,
    RefundInput,
    RefundOrderInput,
)
from returns_api.money.previews import RefundPreview, preview, version_of_refund
from returns_api.money.types import Payment, RecordedSettlement, payment, settlement
from returns_api.ordering.adding import paid_by
from returns_api.types.ids import NodeKind, key_of, sought
from returns_api.types.ordering import OrderAmendment, amendment
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.trade import Partnership, partnership
from returns_api.types.versions import check_unchanged
from services.orders.adding import paid_change
from services.orders.paying import pay_by_consumer, say_paid
from services.orders.reading import of_change
from services.orders.refunding import UnitsOfLine, checked
from services.orders.updating import held
from services.payments.reading import PaymentToStore, read_first

MEANWHILE: Final = (
    "The refund has changed since it was shown, or another refund was made in the meantime. "
    "Review it, then confirm; what you confirm is refunded in addition."
)


@strawberry.type(description="The payment was added.")
class PaymentAdded:
    """It is the ceiling of all its refunds."""

    payment: Payment
    """The payment as it is stored now."""


@strawberry.type(description="The payment waits for the supplier; nothing is refunded from it yet.")
class PaymentProposed:
    """`confirmOrders` confirms it."""

    amendment: OrderAmendment
    """The change that its supplier has to confirm."""


@strawberry.type(description="The refund is planned; a worker sends it.")
class OrderRefunded:
    """Its state shows its progress; an order that was paid in parts has one for each part."""

    settlement: RecordedSettlement
    settlements: list[RecordedSettlement]


@strawberry.type(description="The permission to refund was set.")
class RefundsAllowed:
    """The partnership as it is now."""

    partnership: Partnership


AddPaymentResult = Annotated[
    PaymentAdded | PaymentProposed | InputProblem, strawberry.union("AddPaymentResult")
]
RefundPreviewResult = Annotated[
    RefundPreview | InputProblem, strawberry.union("RefundPreviewResult")
]
RefundOrderResult = Annotated[OrderRefunded | InputProblem, strawberry.union("RefundOrderResult")]
AllowRefundsResult = Annotated[
    RefundsAllowed | InputProblem, strawberry.union("AllowRefundsResult")
]


def add_payment(context: Context, said: AddPaymentInput) -> AddPaymentResult:
    """Adds a payment: to the supplier of an order, or by the consumer to its retailer."""
    context.principal.must(Scope.SET_PAYMENTS)
    key, asked = said.idempotency_key, said
    try:
        before = context.store.idempotency.before(context.principal, key, "addPayment", asked)
        if before is not None:
            return _added_before(context, str(before))
        family = _order(context, said.order)
        draft = paid_by(said.payment)
        if (fault := draft.wrong) is not None:
            raise RequestFault(*fault)
        to_supplier = said.to_supplier or context.principal.kind is Kind.SUPPLIER
        _read(context, family, draft, to_supplier=to_supplier)
        with context.store.atomic():
            family = held(context.store, context.principal, family.order.id)
            made: records.Payment | Amendment
            if not to_supplier:
                made = pay_by_consumer(context.store, family, draft, context.principal.by)
            else:
                made = say_paid(context.store, context.principal, family, paid_change(draft))
            context.store.idempotency.keep(context.principal, key, ("addPayment", asked), made.id)
    except RequestFault as fault_:
        return input_problem(fault_, "input")
    if isinstance(made, Amendment):
        return PaymentProposed(amendment=amendment(made, family.order.currency))
    return PaymentAdded(payment=payment(context, made))


def _added_before(context: Context, key: str) -> AddPaymentResult:
    """Returns what an idempotency key was answered with, as it is now; raises LookupError."""
    store, principal = context.store, context.principal
    added = store.tenant_money.payment(principal, key)
    if added is not None:
        return PaymentAdded(payment=payment(context, added))
    proposed = store.amendments.visible(principal, key)
    of = store.orders.order(principal, proposed.order) if proposed else None
    if proposed is None or of is None:
        raise LookupError(key)
    return PaymentProposed(amendment=amendment(proposed, of.order.currency))


def _read(context: Context, family: Family, draft: PaidDraft, *, to_supplier: bool) -> None:
    """Reads the charge at the gateway of the payee."""
    store, principal = context.store, context.principal
    said = paid_change(draft).payment
    if to_supplier and said is not None:
        read_first(store, context.gateways, of_change(store, principal, family, said))
    elif not to_supplier:
        amount = Money(draft.amount, family.order.currency)
        own = PaymentToStore(
            payee=principal.tenant, order=family.order.id, ways=draft.ways, amount=amount
        )
        read_first(store, context.gateways, [own])


def refund_preview(context: Context, said: RefundInput) -> RefundPreviewResult:
    """Returns what would be refunded."""
    return _previewed(context, said, to_consumer=False)


def consumer_refund_preview(context: Context, said: RefundInput) -> RefundPreviewResult:
    """Returns what would be refunded to a consumer."""
    return _previewed(context, said, to_consumer=True)


def _previewed(context: Context, said: RefundInput, *, to_consumer: bool) -> RefundPreviewResult:
    context.principal.must(Scope.REFUND_ORDERS)
    try:
        wanted = _wanted(context, said, to_consumer=to_consumer)
        return preview(context, wanted, context.store.refunds.preview(wanted))
    except RequestFault as fault:
        return input_problem(fault, "input")


def refund_order(context: Context, said: RefundOrderInput) -> RefundOrderResult:
    """Plans the supplier's refund; the same key again gives the same settlement."""
    return _refunded(context, said, "refundOrder", to_consumer=False)


def refund_consumer(context: Context, said: RefundOrderInput) -> RefundOrderResult:
    """Plans the retailer's refund; the same key again gives the same settlement."""
    return _refunded(context, said, "refundConsumer", to_consumer=True)


def _refunded(
    context: Context, said: RefundOrderInput, operation: str, *, to_consumer: bool
) -> RefundOrderResult:
    context.principal.must(Scope.REFUND_ORDERS)
    store, principal, key = context.store, context.principal, said.idempotency_key
    asked = said
    try:
        with store.atomic():
            before = store.idempotency.before(principal, key, operation, asked)
            if before is not None:
                keys = before if isinstance(before, list) else [before]
                known = [store.tenant_money.settlement(principal, str(each)) for each in keys]
                return _done(context, [each for each in known if each is not None])
            check_why(said.why)
            with inside("refund"):
                held(store, principal, _order(context, said.refund.order).order.id)
                wanted = _wanted(context, said.refund, to_consumer=to_consumer)
            check_unchanged(
                said.if_unchanged,
                lambda: version_of_refund(wanted, store.refunds.preview(wanted)),
                text=MEANWHILE,
            )
            with inside("refund"):
                made = store.refunds.refund_spread(wanted, said.why, principal.by)
            store.idempotency.keep(principal, key, (operation, asked), [each.id for each in made])
    except RequestFault as fault:
        return input_problem(fault, "input")
    return _done(context, made)


def _done(context: Context, made: Sequence[records.Settlement]) -> OrderRefunded:
    all_ = [settlement(context, each) for each in made]
    return OrderRefunded(settlement=all_[0], settlements=all_)


def allow_refunds(context: Context, said: AllowRefundsInput) -> AllowRefundsResult:
    """Sets a supplier's permission for a retailer to refund orders."""
    context.principal.must(Scope.SET_TERMS)
    key, principal = sought(said.partnership, NodeKind.PARTNERSHIP), context.principal
    with context.store.atomic():
        found = context.store.partnerships.allow_refunds(principal, key, allow=said.allow)
    if found is None:
        fault = RequestFault("not_found", "There is no such partnership of yours.", "partnership")
        return input_problem(fault, "input")
    return RefundsAllowed(partnership=partnership(found))


def _wanted(context: Context, said: RefundInput, *, to_consumer: bool) -> OrderRefund:
    """Returns the refund if the principal may make it; raises `RequestFault`."""
    family = _order(context, said.order)
    found = family.order
    _check_may(context, found, to_consumer=to_consumer)
    paid = sought(said.payment, NodeKind.PAYMENT) if said.payment is not None else None
    wanted = OrderRefund(
        order=found.id,
        payee=(found.retailer if to_consumer else found.supplier).id,
        payment=paid,
        amount=said.amount,
        keep_back=said.keep_back,
    )
    if said.lines is not None and not said.lines:
        raise RequestFault("wrong_size", "Name a line, or leave `lines` out.", "lines")
    named = [UnitsOfLine(line=each.line, units=each.units) for each in said.lines or ()]
    return checked(context.store, family, wanted, named)


def _check_may(context: Context, found: Order, *, to_consumer: bool) -> None:
    """A retailer may refund a supplier's money only if permitted; its own always."""
    retails = context.principal.kind is Kind.RETAILER
    if to_consumer and not retails:
        raise RequestFault("not_allowed", "A consumer is refunded by its retailer.", "order")
    if retails and not to_consumer:
        joined = context.store.partnerships.between(found.supplier.id, found.retailer.id)
        if joined is None or not joined.retailer_refunds:
            raise RequestFault(
                "not_allowed", f"`{found.supplier.handle}` refunds its orders itself.", "order"
            )


def _order(context: Context, text: str) -> Family:
    key = key_of(text, NodeKind.ORDER)
    found = context.store.orders.order(context.principal, key) if key else None
    if found is None:
        raise RequestFault("not_found", "There is no such order of yours.", "order")
    return found
