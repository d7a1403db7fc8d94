"""Invoices of one account, from draft to paid, and their payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from stripe.params import (
    InvoiceCreateParams,
    InvoiceFinalizeInvoiceParams,
    InvoiceItemCreateParams,
    InvoicePaymentListParams,
    InvoicePayParams,
    InvoiceUpdateParams,
)

from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.objects.customer_balance import CustomerBalance
from adapters.gateways.simulated.objects.refunds import Payments
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, invalid, unknown, whole

_LOWEST: Final = -(10**12)


@dataclass(frozen=True, slots=True)
class Invoices:
    """Calls for one account."""

    ledger: Ledger
    account: str
    payments: Payments
    balances: CustomerBalance

    def create_item(self, params: Params) -> Body:
        """Creates an invoice item that waits for the customer's next invoice."""
        check(params, InvoiceItemCreateParams, ("customer",))
        customer, now = self.payments.customer(params["customer"]), self.ledger.now()
        body = {
            "amount": whole(params, "amount", least=_LOWEST) or 0,
            "currency": str(params.get("currency", "usd")).lower(),
            "customer": customer["id"],
            "date": now,
            "description": params.get("description"),
            "invoice": params.get("invoice"),
            "metadata": params.get("metadata") or {},
            "period": {"start": now, "end": now},
            "quantity": 1,
            "quantity_decimal": "1",
        }
        return self.ledger.add(self.account, "invoiceitem", "ii", body, customer["id"])

    def create(self, params: Params) -> Body:
        """Creates a draft invoice."""
        check(params, InvoiceCreateParams, ("customer",))
        customer, now = self.payments.customer(params["customer"]), self.ledger.now()
        body = {
            "customer": customer["id"],
            "currency": str(params.get("currency", "usd")).lower(),
            "issuer": {"type": "self"},
            "metadata": params.get("metadata") or {},
            "period_end": now,
            "period_start": now,
            "starting_balance": customer["balance"],
            "status": "draft",
        }
        return self.ledger.add(self.account, "invoice", "in", body, customer["id"])

    def invoice(self, key: str) -> Body:
        """Returns an invoice by id."""
        found = self.ledger.get(self.account, "invoice", key)
        if found is None:
            raise unknown("invoice", key)
        return found

    def update(self, key: str, params: Params) -> Body:
        """Replaces the description of an invoice."""
        check(params, InvoiceUpdateParams)
        said = {name: params[name] for name in ("description",) if name in params}
        return self._changed(self.invoice(key)["id"], **said)

    def finalize(self, key: str, params: Params) -> Body:
        """Collects the waiting items into the invoice, less the customer's credit."""
        check(params, InvoiceFinalizeInvoiceParams)
        with self.ledger.lock:
            invoice = self.invoice(key)
            if invoice["status"] != "draft":
                raise invalid(f"Invoice {key} is not a draft.")
            total = self._taken_up(invoice)
            due = total - self.balances.applied(invoice, total)
            return self._changed(
                key,
                amount_due=due,
                amount_remaining=due,
                ending_balance=self.payments.customer(invoice["customer"])["balance"],
                number=f"SIM-{key[-8:].upper()}",
                status="open",
                subtotal=total,
                total=total,
            )

    def pay(self, key: str, params: Params) -> Body:
        """Charges what remains due, unless it was paid outside Stripe."""
        check(params, InvoicePayParams)
        invoice = self.invoice(key)
        if invoice["status"] != "open":
            raise invalid(f"Invoice {key} is not open.")
        due, elsewhere = invoice["amount_remaining"], params.get("paid_out_of_band") == "true"
        if due and not elsewhere:
            self._charged(invoice, params.get("payment_method", "pm_card_visa"))
        return self._changed(
            key,
            amount_paid=due,
            amount_paid_off_stripe=due if elsewhere else None,
            amount_remaining=0,
            attempt_count=0 if elsewhere else 1,
            attempted=not elsewhere,
            status="paid",
        )

    def invoice_payments(self, params: Params) -> Body:
        """Lists invoice payments, newest first, optionally of one invoice or payment intent."""
        check(params, InvoicePaymentListParams)
        found = self.ledger.listed(self.account, "invoice_payment", params.get("invoice"))
        intent = params.get("payment", {}).get("payment_intent")
        status = params.get("status")
        chosen = [
            each
            for each in found
            if intent in (None, each["payment"]["payment_intent"])
            and status in (None, each["status"])
        ]
        return page(chosen, params)

    def _taken_up(self, invoice: Body) -> int:
        lines = [
            each
            for each in self.ledger.listed(self.account, "invoiceitem", invoice["customer"])
            if each["invoice"] in (None, invoice["id"])
        ]
        for line in lines:
            self.ledger.change(self.account, "invoiceitem", line["id"], invoice=invoice["id"])
        return sum(line["amount"] for line in lines)

    def _charged(self, invoice: Body, method: str) -> None:
        asked = {
            "amount": str(invoice["amount_remaining"]),
            "currency": invoice["currency"],
            "customer": invoice["customer"],
            "payment_method": method,
            "confirm": "true",
        }
        intent = self.payments.create_payment_intent(asked)
        body = {
            "amount_paid": intent["amount"],
            "amount_requested": intent["amount"],
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
            "status": "paid",
            "status_transitions": {"canceled_at": None, "paid_at": self.ledger.now()},
        }
        self.ledger.add(self.account, "invoice_payment", "inpay", body, invoice["id"])

    def _changed(self, key: str, **fields: Any) -> Body:
        return self.ledger.change(self.account, "invoice", key, **fields)
