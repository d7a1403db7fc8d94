"""Reads charges, invoices and disputes from Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import stripe
from stripe import StripeClient

from adapters.gateways.homes import Homes
from adapters.gateways.homes import id_of as _id
from adapters.gateways.units import money_of
from engine.money import Money
from engine.settlement.charges import LOST, ChargeRead, DisputeRead
from engine.settlement.instruments import PaymentReferences

_PAGE: Final = 100


def charge_of(client: StripeClient, ways: PaymentReferences, *, linked: bool) -> ChargeRead:
    """Reads the charge of a payment, or its invoice if no charge paid that.

    With `linked`, also looks up which invoice the charge paid. Raises what the SDK raises.
    """
    if not ways.charge:
        return _of_invoice(client, ways.invoice)
    name = ways.charge
    if name.startswith("pi_"):
        intent = client.v1.payment_intents.retrieve(name)
        made = _id(intent.latest_charge)
        if not made:
            return _nothing_paid(name, intent)
        name = made
    read = _read(client, client.v1.charges.retrieve(name))
    return replace(read, invoice=_invoice_of(client, read.intent)) if linked else read


def dispute_of(homes: Homes, reference: str) -> DisputeRead:
    """Reads a dispute's current state; raises what the SDK raises."""
    return _dispute(homes.dispute(reference))


def disputes_since(homes: Homes, since: int) -> Iterator[DisputeRead]:
    """Yields all disputes opened since a moment (seconds); raises what the SDK raises."""
    params: Any = {"created": {"gte": since}, "limit": _PAGE}
    yield from map(_dispute, homes.disputes(params))


def _read(client: StripeClient, charge: Any) -> ChargeRead:
    amount = getattr(charge, "amount_captured", None)
    amount = charge.amount if amount is None else amount
    disputes = _disputes(client, charge.id) if charge.disputed else ()
    lost = sum(each.amount.minor for each in disputes if each.status == LOST)
    whole = money_of(amount, charge.currency)
    given = money_of(charge.amount_refunded, charge.currency).minor + lost
    return ChargeRead(
        reference=charge.id,
        intent=_id(charge.payment_intent),
        customer=_id(charge.customer),
        amount=whole,
        left=Money(max(0, whole.minor - given), whole.currency),
        paid=bool(charge.paid) and charge.status != "failed",
        disputes=disputes,
        made_at=_moment(charge.created),
    )


def _disputes(client: StripeClient, charge: str) -> tuple[DisputeRead, ...]:
    params: Any = {"charge": charge, "limit": _PAGE}
    return tuple(map(_dispute, client.v1.disputes.list(params).auto_paging_iter()))


def _dispute(found: Any) -> DisputeRead:
    return DisputeRead(
        reference=found.id,
        of=tuple(filter(None, (_id(found.charge), _id(found.payment_intent)))),
        status=str(found.status),
        amount=money_of(found.amount, found.currency),
    )


def _nothing_paid(name: str, intent: Any) -> ChargeRead:
    nothing = money_of(0, intent.currency)
    return ChargeRead(reference=name, intent=name, amount=nothing, left=nothing, paid=False)


def _of_invoice(client: StripeClient, name: str) -> ChargeRead:
    """Reads an invoice by the charge that paid it plus earlier credit notes, else by its total.

    Credit notes reduce what is left of an invoice, whatever was refunded of its charge.
    """
    invoice = client.v1.invoices.retrieve(name)
    before, after = (
        money_of(getattr(invoice, each, None) or 0, invoice.currency).minor
        for each in ("pre_payment_credit_notes_amount", "post_payment_credit_notes_amount")
    )
    whole = money_of(invoice.total, invoice.currency)
    left = Money(max(0, whole.minor - before - after), whole.currency)
    intent = ""
    for each in client.v1.invoice_payments.list({"invoice": name, "limit": _PAGE}).data:
        intent = _id(getattr(each.payment, "payment_intent", None))
        charge = _id(getattr(each.payment, "charge", None)) or intent
        if each.status == "paid" and charge:
            read = charge_of(client, PaymentReferences(charge=charge), linked=False)
            return replace(
                read,
                invoice=name,
                amount=Money(read.amount.minor + before, whole.currency),
                left=min(read.left, left, key=lambda each: each.minor),
                made_at=_moment(invoice.created),
            )
    return ChargeRead(
        reference=name,
        intent=intent,
        invoice=name,
        customer=_id(invoice.customer),
        amount=whole,
        left=left,
        paid=invoice.status in ("open", "paid"),
        made_at=_moment(invoice.created),
    )


def invoices_paid_since(client: StripeClient, since: int) -> Iterator[str]:
    """Yields invoices with payments made since a moment (seconds); raises what the SDK raises."""
    params: Any = {"created": {"gte": since}, "limit": _PAGE}
    for each in client.v1.invoice_payments.list(params).auto_paging_iter():
        yield _id(each.invoice)


def _invoice_of(client: StripeClient, intent: str) -> str:
    """The invoice that a payment intent paid; empty if the key may not look it up."""
    if not intent:
        return ""
    by: Any = {"payment": {"type": "payment_intent", "payment_intent": intent}, "limit": 1}
    try:
        found = client.v1.invoice_payments.list(by).data
    except stripe.PermissionError:
        return ""
    return _id(found[0].invoice) if found else ""


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
