"""Invoices, credit notes and customer balances of one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stripe.params import (
    CreditNoteCreateParams,
    CreditNoteListParams,
    CustomerBalanceTransactionCreateParams,
    CustomerBalanceTransactionListParams,
    InvoiceCreateParams,
    InvoiceFinalizeInvoiceParams,
    InvoiceItemCreateParams,
    InvoicePayParams,
)

from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.ledger import Body, Ledger
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.payments import Payments
from adapters.gateways.simulated.wire import Params, check, invalid, unknown, whole

_PARTS: Final = ("refund_amount", "credit_amount", "out_of_band_amount")
_LOWEST: Final = -(10**12)


@dataclass(frozen=True, slots=True)
class Papers:
    """Calls for one account."""

    ledger: Ledger
    events: Events
    account: str
    payments: Payments

    def create_invoice_item(self, params: Params) -> Body:
        """A line that waits for the customer's next invoice."""
        check(params, InvoiceItemCreateParams, ("customer",))
        customer = self.payments.customer(params["customer"])
        body = {
            "amount": whole(params, "amount", least=_LOWEST) or 0,
            "currency": str(params.get("currency", "usd")).lower(),
            "customer": customer["id"],
            "description": params.get("description"),
            "invoice": params.get("invoice"),
            "metadata": params.get("metadata") or {},
        }
        return self.ledger.add(self.account, "invoiceitem", "ii", body, customer["id"])

    def create_invoice(self, params: Params) -> Body:
        """A draft."""
        check(params, InvoiceCreateParams, ("customer",))
        customer = self.payments.customer(params["customer"])
        body = {
            "customer": customer["id"],
            "currency": str(params.get("currency", "usd")).lower(),
            "status": "draft",
            "total": 0,
            "amount_due": 0,
            "amount_paid": 0,
            "post_payment_credit_notes_amount": 0,
            "metadata": params.get("metadata") or {},
            "payment_intent": None,
        }
        return self.ledger.add(self.account, "invoice", "in", body, customer["id"])

    def invoice(self, key: str) -> Body:
        """An invoice by id."""
        found = self.ledger.get(self.account, "invoice", key)
        if found is None:
            raise unknown("invoice", key)
        return found

    def finalize_invoice(self, key: str, params: Params) -> Body:
        """Takes the waiting lines up, less what the customer's balance has."""
        check(params, InvoiceFinalizeInvoiceParams)
        with self.ledger.lock:
            invoice = self.invoice(key)
            if invoice["status"] != "draft":
                raise invalid(f"Invoice {key} is not a draft.")
            lines = [
                each
                for each in self.ledger.listed(self.account, "invoiceitem", invoice["customer"])
                if each["invoice"] in (None, key)
            ]
            for line in lines:
                self.ledger.change(self.account, "invoiceitem", line["id"], invoice=key)
            total = sum(line["amount"] for line in lines)
            applied = self._applied(invoice, total)
            return self.ledger.change(
                self.account, "invoice", key, status="open", total=total, amount_due=total - applied
            )

    def pay_invoice(self, key: str, params: Params) -> Body:
        """Charges what is due."""
        check(params, InvoicePayParams)
        invoice = self.invoice(key)
        if invoice["status"] != "open":
            raise invalid(f"Invoice {key} is not open.")
        intent: str | None = None
        if invoice["amount_due"] and params.get("paid_out_of_band") != "true":
            asked = {
                "amount": str(invoice["amount_due"]),
                "currency": invoice["currency"],
                "customer": invoice["customer"],
                "payment_method": params.get("payment_method", "pm_card_visa"),
                "confirm": "true",
            }
            intent = self.payments.create_payment_intent(asked)["id"]
        return self.ledger.change(
            self.account,
            "invoice",
            key,
            status="paid",
            amount_paid=invoice["amount_due"],
            payment_intent=intent,
        )

    def create_credit_note(self, params: Params) -> Body:
        """Credits an open invoice, or a paid one by parts that add up to the amount."""
        check(params, CreditNoteCreateParams, ("invoice",))
        with self.ledger.lock:
            invoice = self.invoice(params["invoice"])
            parts = {name: whole(params, name, least=0) or 0 for name in _PARTS}
            amount = whole(params, "amount") or sum(parts.values())
            self._check_note(invoice, amount, parts)
            return self._noted(invoice, amount, parts, params)

    def credit_note(self, key: str) -> Body:
        """A credit note by id."""
        found = self.ledger.get(self.account, "credit_note", key)
        if found is None:
            raise unknown("credit_note", key)
        return found

    def credit_notes(self, params: Params) -> Body:
        """Credit notes, newest first; of an invoice if one is named."""
        check(params, CreditNoteListParams)
        return page(self.ledger.listed(self.account, "credit_note", params.get("invoice")), params)

    def create_balance_transaction(self, customer: str, params: Params) -> Body:
        """Moves a customer's balance; a negative amount is a credit for the next invoice."""
        check(params, CustomerBalanceTransactionCreateParams, ("amount", "currency"))
        amount = whole(params, "amount", least=_LOWEST)
        if not amount:
            raise invalid("The amount of a balance transaction is not zero.", param="amount")
        return self._balanced(customer, amount, "adjustment", params)

    def balance_transaction(self, customer: str, key: str) -> Body:
        """One move of a customer's balance."""
        found = self.ledger.get(self.account, "customer_balance_transaction", key)
        if found is None or found["customer"] != customer:
            raise unknown("customer_balance_transaction", key)
        return found

    def balance_transactions(self, customer: str, params: Params) -> Body:
        """Moves of a customer's balance, newest first."""
        check(params, CustomerBalanceTransactionListParams)
        self.payments.customer(customer)
        found = self.ledger.listed(self.account, "customer_balance_transaction", customer)
        return page(found, params)

    def _balanced(self, customer: str, amount: int, type_: str, params: Params) -> Body:
        with self.ledger.lock:
            before = self.payments.customer(customer)
            currency = str(params["currency"]).lower()
            if before["currency"] not in (None, currency):
                raise invalid(
                    f"The customer's balance is in {before['currency']}.", param="currency"
                )
            after = before["balance"] + amount
            self.ledger.change(self.account, "customer", customer, balance=after, currency=currency)
            body = {
                "amount": amount,
                "currency": currency,
                "customer": customer,
                "ending_balance": after,
                "type": type_,
                "description": params.get("description"),
                "metadata": params.get("metadata") or {},
            }
            kind = "customer_balance_transaction"
            return self.ledger.add(self.account, kind, "cbtxn", body, customer)

    def _applied(self, invoice: Body, total: int) -> int:
        customer = self.payments.customer(invoice["customer"])
        credit = int(min(max(0, -customer["balance"]), max(0, total)))
        if credit:
            said = {"currency": invoice["currency"]}
            self._balanced(customer["id"], credit, "applied_to_invoice", said)
        return credit

    def _check_note(self, invoice: Body, amount: int, parts: dict[str, int]) -> None:
        if invoice["status"] not in ("open", "paid"):
            raise invalid("You can only create credit notes for open or paid invoices.")
        if amount < 1:
            raise invalid("The amount of a credit note is at least 1.", param="amount")
        if invoice["status"] == "paid" and sum(parts.values()) != amount:
            raise invalid(
                "The sum of credit_amount, refund_amount and out_of_band_amount must equal the "
                f"credit note amount ({amount})."
            )
        given = sum(
            each["amount"]
            for each in self.ledger.listed(self.account, "credit_note", invoice["id"])
        )
        if amount > invoice["total"] - given:
            left = invoice["total"] - given
            raise invalid(f"The credit note amount ({amount}) exceeds what is left ({left}).")

    def _noted(self, invoice: Body, amount: int, parts: dict[str, int], params: Params) -> Body:
        if invoice["status"] == "open":
            due = max(0, invoice["amount_due"] - amount)
            status = "paid" if due == 0 else "open"
            self.ledger.change(
                self.account, "invoice", invoice["id"], amount_due=due, status=status
            )
        body = {
            "amount": amount,
            "currency": invoice["currency"],
            "customer": invoice["customer"],
            "invoice": invoice["id"],
            "memo": params.get("memo"),
            "metadata": params.get("metadata") or {},
            "reason": params.get("reason"),
            "status": "issued",
            **parts,
        }
        note = self.ledger.add(self.account, "credit_note", "cn", body, invoice["id"])
        if parts["credit_amount"]:
            said = {"currency": invoice["currency"], "metadata": note["metadata"]}
            self._balanced(invoice["customer"], -parts["credit_amount"], "credit_note", said)
        if parts["refund_amount"]:
            asked = {
                "payment_intent": invoice["payment_intent"],
                "amount": str(parts["refund_amount"]),
            }
            self.payments.create_refund({**asked, "metadata": note["metadata"]})
        self.events.tell(self.account, "credit_note.created", note)
        return note
