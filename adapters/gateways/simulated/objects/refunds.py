"""Refunds of charges, which succeed at once, succeed later, or fail after they succeeded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from stripe.params import RefundCancelParams, RefundCreateParams, RefundListParams

from adapters.gateways.simulated.objects.balance import CAME_BACK, REFUNDED
from adapters.gateways.simulated.objects.charges import Charges
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, invalid, whole

PENDING_REFUND: Final = "pm_card_pendingRefund"
REFUND_FAILS: Final = "pm_card_refundFail"
_REASONS: Final = ("duplicate", "fraudulent", "requested_by_customer")


@dataclass(frozen=True, slots=True)
class Payments(Charges):
    """Charges of one account, and their refunds."""

    def create_refund(self, params: Params) -> Body:
        """Refunds a charge, by at most what is left of it."""
        check(params, RefundCreateParams)
        amount = whole(params, "amount")
        if params.get("reason", _REASONS[0]) not in _REASONS:
            raise invalid(f"Invalid reason: must be one of {', '.join(_REASONS)}", param="reason")
        with self.ledger.lock:
            charge = self._charge_of(params)
            left = charge["amount_captured"] - charge["amount_refunded"]
            self._check_refund(charge, left if amount is None else amount, left)
            self.connect.check_refund(charge, params)
            return self._refunded(charge, left if amount is None else amount, params)

    def refund(self, key: str) -> Body:
        """Returns a refund by id."""
        return self._had("refund", key)

    def refunds(self, params: Params) -> Body:
        """Lists refunds, newest first, optionally of one charge or payment intent."""
        check(params, RefundListParams)
        of = params.get("charge")
        if of is None and (intent := params.get("payment_intent")):
            of = self.payment_intent(intent)["latest_charge"] or "none"
        return page(self.ledger.listed(self.account, "refund", of), params)

    def cancel_refund(self, key: str, params: Params) -> Body:
        """Cancels a refund for which the payer still has to act."""
        check(params, RefundCancelParams)
        refund = self.refund(key)
        if refund["status"] != "requires_action":
            raise invalid(f"Refund {key} cannot be canceled in status {refund['status']}.")
        return self._changed(refund, "refund.updated", status="canceled")

    def move_on(self, *, at_once: bool = False) -> int:
        """Settles refunds that have been pending long enough; returns how many changed state."""
        due = self.ledger.now() - (0 if at_once else self.later)
        waiting = [
            (refund, becomes)
            for refund, becomes in self.ledger.intended(self.account, "refund")
            if refund["created"] <= due
        ]
        for refund, becomes in waiting:
            self._moved_on(refund, becomes)
        return len(waiting)

    def _moved_on(self, refund: Body, becomes: str) -> None:
        with self.ledger.lock:
            self.ledger.intend(refund["id"], None)
            if becomes == "succeeded":
                said = {"status": becomes, "pending_reason": None}
                self._changed(refund, "refund.updated", **said)
                return
            self._give_back(refund)
            self._changed(
                refund,
                "refund.failed",
                status="failed",
                failure_reason="expired_or_canceled_card",
                failure_balance_transaction=self.balance.moved(refund, CAME_BACK)["id"],
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
        blocked = self.disputing.blocked(charge["id"])
        if blocked and amount > left - blocked:
            raise invalid("Charge has been charged back; it cannot be refunded.", "charge_disputed")
        if not charge["captured"]:
            raise invalid(f"Charge {charge['id']} has not been captured; cancel it instead.")
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
        state, becomes = _first_state(charge, poor=self._poor(amount))
        refund = self._booked(charge, amount, params, state)
        refund = self.connect.taken_back(charge, refund, params)
        self.ledger.intend(refund["id"], becomes)
        self.events.tell(self.account, "refund.created", refund)
        self.events.tell(self.account, "charge.refunded", self.charge(charge["id"]))
        return refund

    def _booked(self, charge: Body, amount: int, params: Params, state: Body) -> Body:
        """Adds the refund; one that waits for a sufficient balance gets no balance transaction."""
        body = {
            "amount": amount,
            "charge": charge["id"],
            "currency": charge["currency"],
            "metadata": params.get("metadata") or {},
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
            **state,
        }
        refund = self.ledger.add(self.account, "refund", "re", body, charge["id"])
        if state.get("pending_reason") == "insufficient_funds":
            return refund
        moved = self.balance.moved(refund, REFUNDED)["id"]
        return self.ledger.change(self.account, "refund", refund["id"], balance_transaction=moved)

    def _poor(self, amount: int) -> bool:
        funds = self.ledger.listed(self.account, "funds")
        return bool(funds) and amount > int(funds[0]["available"])


def _first_state(charge: Body, *, poor: bool) -> tuple[Body, str | None]:
    """The state in which a refund starts, and the one that it moves to later, if any."""
    if poor:
        return {"status": "pending", "pending_reason": "insufficient_funds"}, None
    if charge["payment_method"] == PENDING_REFUND:
        return {"status": "pending", "pending_reason": "processing"}, "succeeded"
    becomes = "failed" if charge["payment_method"] == REFUND_FAILS else None
    return {"status": "succeeded"}, becomes
