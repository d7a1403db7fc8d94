"""Disputes of one account: a payer's bank takes a charge's money back, or inquires first.

An inquiry (`warning_…`) moves no money; a dispute does when it opens, and again when it is won.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from stripe.params import DisputeCloseParams, DisputeListParams

from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.objects.balance import Balance, Moved
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, invalid, unknown

INQUIRY: Final = "warning_needs_response"
OPENED: Final = "needs_response"
_INQUIRIES: Final = (INQUIRY, "warning_under_review", "warning_closed")
_DISPUTES: Final = (OPENED, "under_review", "won", "lost")
_CLOSED: Final = ("warning_closed", "won", "lost")
_FREE: Final = (*_INQUIRIES, "won")
"""States in which a charge can be refunded."""
_FEE: Final = 1_500
_PATIENCE: Final = 7 * 86_400
"""Seconds until evidence is due."""


@dataclass(frozen=True, slots=True)
class Disputes:
    """Calls for one account, and the bank's actions, for which the API has no call."""

    ledger: Ledger
    events: Events
    account: str

    def dispute(self, key: str) -> Body:
        """Returns a dispute by id."""
        found = self.ledger.get(self.account, "dispute", key)
        if found is None:
            raise unknown("dispute", key)
        return found

    def disputes(self, params: Params) -> Body:
        """Lists disputes, newest first, optionally of one charge or payment intent."""
        check(params, DisputeListParams)
        found = self.ledger.listed(self.account, "dispute", params.get("charge"))
        intent = params.get("payment_intent")
        return page([each for each in found if intent in (None, each["payment_intent"])], params)

    def close(self, key: str, params: Params) -> Body:
        """Accepts a dispute as lost, or closes an inquiry."""
        check(params, DisputeCloseParams)
        status = self.dispute(key)["status"]
        if status not in (OPENED, INQUIRY):
            raise invalid(f"This dispute cannot be closed in status {status}.")
        return self.move(key, "lost" if status == OPENED else "warning_closed")

    def blocked(self, charge: str) -> int:
        """How much of a charge open or lost disputes keep from being refunded (minor units)."""
        found = self.ledger.listed(self.account, "dispute", charge)
        return sum(each["amount"] for each in found if each["status"] not in _FREE)

    # --- by the payer's bank ------------------------------------------------------------------

    def open(
        self,
        charge: Body,
        amount: int | None = None,
        *,
        status: str = OPENED,
        reason: str = "fraudulent",
    ) -> Body:
        """Disputes a charge, in whole or in part; raises ValueError for a state that is no first
        one.
        """
        if status not in (OPENED, INQUIRY):
            raise ValueError(f"a dispute begins as {OPENED} or {INQUIRY}")
        body = {
            "amount": charge["amount"] if amount is None else amount,
            "charge": charge["id"],
            "currency": charge["currency"],
            "evidence_details": {"due_by": self.ledger.now() + _PATIENCE},
            "is_charge_refundable": status == INQUIRY,
            "payment_intent": charge["payment_intent"],
            "reason": reason,
            "status": status,
        }
        with self.ledger.lock:
            self.ledger.change(self.account, "charge", charge["id"], disputed=True)
            made = self.ledger.add(self.account, "dispute", "du", body, charge["id"])
            self.events.tell(self.account, "charge.dispute.created", made)
            return made if status == INQUIRY else self._withdrawn(made)

    def move(self, key: str, status: str) -> Body:
        """Moves a dispute to a state; raises ValueError for one that cannot follow."""
        with self.ledger.lock:
            before = self.dispute(key)
            if before["status"] in _CLOSED or status not in _DISPUTES + _INQUIRIES[1:]:
                raise ValueError(f"`{status}` cannot follow `{before['status']}`")
            asked = status in _INQUIRIES
            if asked and before["status"] in _DISPUTES:
                raise ValueError("a dispute does not become an inquiry")
            refundable = asked and status not in _CLOSED
            moved = self._changed(key, status=status, is_charge_refundable=refundable)
            if not asked and not moved["balance_transactions"]:
                moved = self._withdrawn(moved)
            if status == "won":
                moved = self._reinstated(moved)
            closed = "closed" if status in _CLOSED else "updated"
            self.events.tell(self.account, f"charge.dispute.{closed}", moved)
            return moved

    def _withdrawn(self, dispute: Body) -> Body:
        return self._paid(dispute, Moved("adjustment", "dispute", -1, _FEE), "funds_withdrawn")

    def _reinstated(self, dispute: Body) -> Body:
        back = Moved("adjustment", "dispute_reversal", 1)
        return self._paid(dispute, back, "funds_reinstated")

    def _paid(self, dispute: Body, moved: Moved, event: str) -> Body:
        made = Balance(self.ledger, self.account).moved(dispute, moved)
        said = [*dispute["balance_transactions"], made]
        changed = self._changed(dispute["id"], balance_transactions=said)
        self.events.tell(self.account, f"charge.dispute.{event}", changed)
        return changed

    def _changed(self, key: str, **fields: Any) -> Body:
        return self.ledger.change(self.account, "dispute", key, **fields)
