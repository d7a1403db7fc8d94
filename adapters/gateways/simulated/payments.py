"""Customers, payment intents, charges and refunds of one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from stripe.params import (
    ChargeListParams,
    CustomerCreateParams,
    PaymentIntentCreateParams,
    RefundCancelParams,
    RefundCreateParams,
    RefundListParams,
)

from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.ledger import Body, Ledger
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Params, check, declined, invalid, unknown, whole

PENDING_REFUND: Final = "pm_card_pendingRefund"
REFUND_FAILS: Final = "pm_card_refundFail"
DISPUTED: Final = "pm_card_createDispute"
DECLINED: Final = "pm_card_chargeDeclined"
_REASONS: Final = ("duplicate", "fraudulent", "requested_by_customer")


@dataclass(frozen=True, slots=True)
class Payments:
    """Calls for one account; `later` is after how many seconds a pending state moves on."""

    ledger: Ledger
    events: Events
    account: str
    later: int

    def create_customer(self, params: Params) -> Body:
        """A customer; its balance starts at zero."""
        check(params, CustomerCreateParams)
        said = {key: params.get(key) for key in ("name", "email", "description")}
        body = {**said, "balance": 0, "currency": None, "metadata": params.get("metadata") or {}}
        return self.ledger.add(self.account, "customer", "cus", body)

    def customer(self, key: str) -> Body:
        """A customer by id."""
        return self._had("customer", key)

    def create_payment_intent(self, params: Params) -> Body:
        """A payment that is confirmed at once when `confirm` is true."""
        check(params, PaymentIntentCreateParams, ("amount", "currency"))
        amount, method = whole(params, "amount"), params.get("payment_method")
        if method == DECLINED:
            raise declined()
        body = {
            "amount": amount,
            "currency": str(params["currency"]).lower(),
            "customer": params.get("customer"),
            "payment_method": method,
            "metadata": params.get("metadata") or {},
            "status": "requires_confirmation",
            "latest_charge": None,
        }
        intent = self.ledger.add(self.account, "payment_intent", "pi", body)
        return self._charged(intent) if params.get("confirm") == "true" else intent

    def payment_intent(self, key: str) -> Body:
        """A payment by id."""
        return self._had("payment_intent", key)

    def charge(self, key: str) -> Body:
        """A charge by id."""
        return self._had("charge", key)

    def charges(self, params: Params) -> Body:
        """Charges, newest first."""
        check(params, ChargeListParams)
        return page(
            self.ledger.listed(self.account, "charge", params.get("payment_intent")), params
        )

    def _charged(self, intent: Body) -> Body:
        body = {
            "amount": intent["amount"],
            "amount_refunded": 0,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "payment_intent": intent["id"],
            "payment_method": intent["payment_method"],
            "paid": True,
            "refunded": False,
            "disputed": intent["payment_method"] == DISPUTED,
            "status": "succeeded",
            "metadata": {},
        }
        charge = self.ledger.add(self.account, "charge", "ch", body, intent["id"])
        self.events.tell(self.account, "charge.succeeded", charge)
        return self.ledger.change(
            self.account,
            "payment_intent",
            intent["id"],
            status="succeeded",
            latest_charge=charge["id"],
            amount_received=intent["amount"],
        )

    # --- refunds ------------------------------------------------------------------------------

    def create_refund(self, params: Params) -> Body:
        """Gives money of a charge back, at most what is left of it."""
        check(params, RefundCreateParams)
        amount = whole(params, "amount")
        if params.get("reason", _REASONS[0]) not in _REASONS:
            raise invalid(f"Invalid reason: must be one of {', '.join(_REASONS)}", param="reason")
        with self.ledger.lock:
            charge = self._charge_of(params)
            left = charge["amount"] - charge["amount_refunded"]
            self._check_refund(charge, left if amount is None else amount, left)
            return self._refunded(charge, left if amount is None else amount, params)

    def refund(self, key: str) -> Body:
        """A refund by id."""
        return self._had("refund", key)

    def refunds(self, params: Params) -> Body:
        """Refunds, newest first; of a charge or a payment intent if one is named."""
        check(params, RefundListParams)
        of = params.get("charge")
        if of is None and (intent := params.get("payment_intent")):
            of = self.payment_intent(intent)["latest_charge"] or "none"
        return page(self.ledger.listed(self.account, "refund", of), params)

    def cancel_refund(self, key: str, params: Params) -> Body:
        """Takes back a refund for which the payer still has to act."""
        check(params, RefundCancelParams)
        refund = self.refund(key)
        if refund["status"] != "requires_action":
            raise invalid(f"Refund {key} cannot be canceled in status {refund['status']}.")
        return self._changed(refund, "refund.updated", status="canceled")

    def move_on(self, *, at_once: bool = False) -> int:
        """Settles what has been pending long enough; says how many states changed."""
        due = self.ledger.now() - (0 if at_once else self.later)
        waiting = [
            each
            for each in self.ledger.listed(self.account, "refund")
            if each.get("becomes") and each["created"] <= due
        ]
        for refund in waiting:
            self._moved_on(refund)
        return len(waiting)

    def _moved_on(self, refund: Body) -> None:
        if refund["becomes"] == "failed":
            with self.ledger.lock:
                self._give_back(refund)
                self._changed(
                    refund,
                    "refund.failed",
                    status="failed",
                    failure_reason="expired_or_canceled_card",
                    failure_balance_transaction="txn_failed",
                    becomes=None,
                )
            return
        self._changed(
            refund, "refund.updated", status="succeeded", pending_reason=None, becomes=None
        )

    def _give_back(self, refund: Body) -> None:
        charge = self.charge(refund["charge"])
        refunded = charge["amount_refunded"] - refund["amount"]
        self.ledger.change(
            self.account, "charge", charge["id"], amount_refunded=refunded, refunded=False
        )

    def _changed(self, refund: Body, event: str, **fields: Any) -> Body:
        changed = self.ledger.change(self.account, "refund", refund["id"], **fields)
        self.events.tell(self.account, event, changed)
        return changed

    def _charge_of(self, params: Params) -> Body:
        if "charge" in params:
            return self.charge(params["charge"])
        if "payment_intent" not in params:
            raise invalid(
                "One of the following params should be provided: payment_intent or charge."
            )
        intent = self.payment_intent(params["payment_intent"])
        if not intent["latest_charge"]:
            raise invalid(f"This PaymentIntent ({intent['id']}) does not have a successful charge.")
        return self.charge(intent["latest_charge"])

    def _check_refund(self, charge: Body, amount: int, left: int) -> None:
        if charge["disputed"]:
            raise invalid("Charge has been charged back; it cannot be refunded.", "charge_disputed")
        if left == 0:
            said = f"Charge {charge['id']} has already been refunded."
            raise invalid(said, "charge_already_refunded")
        if amount > left:
            said = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise invalid(said, param="amount")

    def _refunded(self, charge: Body, amount: int, params: Params) -> Body:
        refunded = charge["amount_refunded"] + amount
        self.ledger.change(
            self.account,
            "charge",
            charge["id"],
            amount_refunded=refunded,
            refunded=refunded == charge["amount"],
        )
        body = {
            "amount": amount,
            "charge": charge["id"],
            "currency": charge["currency"],
            "metadata": params.get("metadata") or {},
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
            "failure_reason": None,
            **_first_state(charge, poor=self._poor(amount)),
        }
        refund = self.ledger.add(self.account, "refund", "re", body, charge["id"])
        self.events.tell(self.account, "refund.created", refund)
        self.events.tell(self.account, "charge.refunded", self.charge(charge["id"]))
        return refund

    def _poor(self, amount: int) -> bool:
        funds = self.ledger.listed(self.account, "funds")
        return bool(funds) and amount > int(funds[0]["available"])

    def _had(self, kind: str, key: str) -> Body:
        found = self.ledger.get(self.account, kind, key)
        if found is None:
            raise unknown(kind, key)
        return found


def _first_state(charge: Body, *, poor: bool) -> Body:
    """The state that a refund starts in, and what it `becomes` some time later."""
    if poor:
        return {"status": "pending", "pending_reason": "insufficient_funds", "becomes": None}
    if charge["payment_method"] == PENDING_REFUND:
        return {"status": "pending", "pending_reason": "processing", "becomes": "succeeded"}
    becomes = "failed" if charge["payment_method"] == REFUND_FAILS else None
    return {"status": "succeeded", "becomes": becomes}
