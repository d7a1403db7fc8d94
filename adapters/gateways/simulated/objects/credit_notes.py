"""Credit notes of one account: they lower what an invoice still asks for, or give back payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stripe.params import CreditNoteCreateParams, CreditNoteListParams

from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.objects.customer_balance import CustomerBalance
from adapters.gateways.simulated.objects.invoices import Invoices
from adapters.gateways.simulated.objects.refunds import Payments
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, invalid, unknown, whole

_PARTS: Final = ("refund_amount", "credit_amount", "out_of_band_amount")


@dataclass(frozen=True, slots=True)
class CreditNotes:
    """Calls for one account."""

    ledger: Ledger
    events: Events
    account: str
    payments: Payments
    balances: CustomerBalance
    invoices: Invoices

    def create(self, params: Params) -> Body:
        """Credits an invoice: lowers what remains due, and gives the rest back in the given parts.

        The parts must add up to that rest. They are parameters only: the note's other fields show
        where the money went.
        """
        check(params, CreditNoteCreateParams, ("invoice",))
        with self.ledger.lock:
            invoice = self.invoices.invoice(params["invoice"])
            parts = {name: whole(params, name, least=0) or 0 for name in _PARTS}
            amount = whole(params, "amount") or sum(parts.values())
            lowers = min(amount, invoice["amount_remaining"])
            self._check(invoice, amount)
            self._check_parts(amount - lowers, parts)
            self._lowered(invoice, lowers, amount - lowers)
            note = self._noted(invoice, (lowers, amount - lowers), params)
            note = self._given_back(note, parts)
            self.events.tell(self.account, "credit_note.created", note)
            return note

    def credit_note(self, key: str) -> Body:
        """Returns a credit note by id."""
        found = self.ledger.get(self.account, "credit_note", key)
        if found is None:
            raise unknown("credit_note", key)
        return found

    def credit_notes(self, params: Params) -> Body:
        """Lists credit notes, newest first, optionally of one invoice."""
        check(params, CreditNoteListParams)
        return page(self.ledger.listed(self.account, "credit_note", params.get("invoice")), params)

    def _check(self, invoice: Body, amount: int) -> None:
        if invoice["status"] not in ("open", "paid"):
            raise invalid("You can only create credit notes for open or paid invoices.")
        if amount < 1:
            raise invalid("The amount of a credit note is at least 1.", param="amount")
        notes = self.ledger.listed(self.account, "credit_note", invoice["id"])
        left = invoice["total"] - sum(each["amount"] for each in notes)
        if amount > left:
            raise invalid(f"The credit note amount ({amount}) exceeds what is left ({left}).")

    def _check_parts(self, beyond: int, parts: dict[str, int]) -> None:
        if sum(parts.values()) != beyond:
            raise invalid(
                "The sum of credit_amount, refund_amount and out_of_band_amount must equal the "
                f"post payment amount ({beyond})."
            )

    def _lowered(self, invoice: Body, before: int, after: int) -> None:
        left = invoice["amount_remaining"] - before
        self.ledger.change(
            self.account,
            "invoice",
            invoice["id"],
            amount_due=invoice["amount_due"] - before,
            amount_remaining=left,
            pre_payment_credit_notes_amount=invoice["pre_payment_credit_notes_amount"] + before,
            post_payment_credit_notes_amount=invoice["post_payment_credit_notes_amount"] + after,
            status="open" if left else "paid",
        )

    def _noted(self, invoice: Body, amounts: tuple[int, int], params: Params) -> Body:
        before, after = amounts
        types = {(True, True): "mixed", (True, False): "pre_payment"}
        number = len(self.ledger.listed(self.account, "credit_note", invoice["id"])) + 1
        body = {
            "amount": before + after,
            "currency": invoice["currency"],
            "customer": invoice["customer"],
            "invoice": invoice["id"],
            "memo": params.get("memo"),
            "metadata": params.get("metadata") or {},
            "number": f"{invoice['number']}-CN-{number:02}",
            "post_payment_amount": after,
            "pre_payment_amount": before,
            "reason": params.get("reason"),
            "status": "issued",
            "subtotal": before + after,
            "total": before + after,
            "type": types.get((before > 0, after > 0), "post_payment"),
        }
        return self.ledger.add(self.account, "credit_note", "cn", body, invoice["id"])

    def _given_back(self, note: Body, parts: dict[str, int]) -> Body:
        """Gives back the refund part and the credit part, and records the results on the note."""
        said: Body = {"out_of_band_amount": parts["out_of_band_amount"] or None}
        if parts["credit_amount"]:
            amount = (-parts["credit_amount"], note["currency"])
            about = {"type": "credit_note", "credit_note": note["id"], "invoice": note["invoice"]}
            moved = self.balances.moved(note["customer"], amount, **about)
            said["customer_balance_transaction"] = moved["id"]
        if parts["refund_amount"]:
            said["refunds"] = [self._refunded(note, parts["refund_amount"])]
        return self.ledger.change(self.account, "credit_note", note["id"], **said)

    def _refunded(self, note: Body, amount: int) -> Body:
        paid = self.ledger.listed(self.account, "invoice_payment", note["invoice"])
        if not paid:
            raise invalid("Nothing was paid through Stripe that could be refunded.")
        asked = {"payment_intent": paid[0]["payment"]["payment_intent"], "amount": str(amount)}
        refund = self.payments.create_refund({**asked, "metadata": note["metadata"]})
        return {
            "amount_refunded": amount,
            "payment_record_refund": None,
            "refund": refund["id"],
            "type": "refund",
        }
