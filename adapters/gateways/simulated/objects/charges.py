"""Customers, payment intents and the charges that these make."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from stripe.params import (
    ChargeListParams,
    ChargeUpdateParams,
    CustomerCreateParams,
    CustomerUpdateParams,
    PaymentIntentCaptureParams,
    PaymentIntentCreateParams,
)

from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.objects.balance import CHARGED, Balance
from adapters.gateways.simulated.objects.connect import Connect
from adapters.gateways.simulated.objects.disputes import INQUIRY, OPENED, Disputes
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, declined, invalid, unknown, whole

DECLINED: Final = "pm_card_chargeDeclined"
_OF_CUSTOMERS: Final = ("name", "email", "description")
_DISPUTED: Final = {
    "pm_card_createDispute": OPENED,
    "pm_card_createDisputeInquiry": INQUIRY,
}

_SAME: Final = (
    *("amount", "application_fee_amount", "currency", "customer", "description", "metadata"),
    *("on_behalf_of", "payment_method"),
)
"""Fields that a charge copies from its payment intent."""


@dataclass(frozen=True, slots=True)
class Charges:
    """Calls for one account; a pending state moves on after `later` seconds."""

    ledger: Ledger
    events: Events
    account: str
    later: int

    @property
    def balance(self) -> Balance:
        """The account's own balance."""
        return Balance(self.ledger, self.account)

    @property
    def disputing(self) -> Disputes:
        """The account's disputes."""
        return Disputes(self.ledger, self.events, self.account)

    @property
    def connect(self) -> Connect:
        """Transfers to connected accounts, and what the platform takes back of them."""
        return Connect(self.ledger, self.events, self.account)

    def create_customer(self, params: Params) -> Body:
        """Creates a customer, with a balance of zero."""
        check(params, CustomerCreateParams)
        said = {key: params.get(key) for key in _OF_CUSTOMERS}
        body = {**said, "balance": 0, "metadata": params.get("metadata") or {}}
        return self.ledger.add(self.account, "customer", "cus", body)

    def customer(self, key: str) -> Body:
        """Returns a customer by id."""
        return self._had("customer", key)

    def update_customer(self, key: str, params: Params) -> Body:
        """Replaces a customer's name, email or description."""
        check(params, CustomerUpdateParams)
        if self.customer(key).get("deleted"):
            raise unknown("customer", key)
        said = {name: params[name] for name in _OF_CUSTOMERS if name in params}
        return self.ledger.change(self.account, "customer", key, **said)

    def delete_customer(self, key: str) -> Body:
        """Deletes a customer, of which only the id is left."""
        self.customer(key)
        self.ledger.change(self.account, "customer", key, deleted=True)
        return {"id": key, "object": "customer", "deleted": True}

    def create_payment_intent(self, params: Params) -> Body:
        """Creates a payment intent, which is confirmed at once if `confirm` is true."""
        check(params, PaymentIntentCreateParams, ("amount", "currency"))
        amount, method = whole(params, "amount"), params.get("payment_method")
        if method == DECLINED:
            raise declined()
        body = {
            "amount": amount,
            "application_fee_amount": whole(params, "application_fee_amount"),
            "capture_method": params.get("capture_method", "automatic_async"),
            "client_secret": f"pi_secret_{secrets.token_hex(8)}",
            "currency": str(params["currency"]).lower(),
            "customer": params.get("customer"),
            "description": params.get("description"),
            "metadata": params.get("metadata") or {},
            "on_behalf_of": params.get("on_behalf_of"),
            "payment_method": method,
            "payment_method_types": ["card"],
            "transfer_data": _passing(params.get("transfer_data")),
            "status": "requires_confirmation" if method else "requires_payment_method",
        }
        self.connect.check_charge(body)
        intent = self.ledger.add(self.account, "payment_intent", "pi", body)
        return self._charged(intent) if params.get("confirm") == "true" else intent

    def payment_intent(self, key: str) -> Body:
        """Returns a payment intent by id."""
        return self._had("payment_intent", key)

    def capture(self, key: str, params: Params) -> Body:
        """Captures a reserved payment, in whole or in part."""
        check(params, PaymentIntentCaptureParams)
        with self.ledger.lock:
            intent = self.payment_intent(key)
            if intent["status"] != "requires_capture":
                raise invalid(f"This PaymentIntent ({key}) could not be captured.")
            asked = whole(params, "amount_to_capture") or intent["amount"]
            if asked > intent["amount"]:
                raise invalid("More than was reserved.", param="amount_to_capture")
            self._captured(self.charge(intent["latest_charge"]), asked)
            return self._intent(key, status="succeeded", amount_received=asked, amount_capturable=0)

    def charge(self, key: str) -> Body:
        """Returns a charge by id."""
        return self._had("charge", key)

    def update_charge(self, key: str, params: Params) -> Body:
        """Replaces the description of a charge."""
        check(params, ChargeUpdateParams)
        said = {name: params[name] for name in ("description",) if name in params}
        return self.ledger.change(self.account, "charge", self.charge(key)["id"], **said)

    def charges(self, params: Params) -> Body:
        """Lists charges, newest first, optionally of one payment intent or customer."""
        check(params, ChargeListParams)
        found = self.ledger.listed(self.account, "charge", params.get("payment_intent"))
        customer = params.get("customer")
        return page([each for each in found if customer in (None, each["customer"])], params)

    def _charged(self, intent: Body) -> Body:
        later = intent["capture_method"] == "manual"
        body = {
            **{name: intent[name] for name in _SAME},
            "paid": True,
            "payment_intent": intent["id"],
            "status": "succeeded",
            "transfer_data": _passing(intent["transfer_data"]),
        }
        charge = self.ledger.add(self.account, "charge", "ch", body, intent["id"])
        self.events.tell(self.account, "charge.succeeded", charge)
        known = {"latest_charge": charge["id"]}
        if later:
            reserved = {"status": "requires_capture", "amount_capturable": intent["amount"]}
            return self._intent(intent["id"], **known, **reserved)
        self._captured(charge, intent["amount"])
        paid = {"status": "succeeded", "amount_received": intent["amount"]}
        return self._intent(intent["id"], **known, **paid)

    def _captured(self, charge: Body, amount: int) -> None:
        """Books the captured amount, and opens a dispute if the card is one that disputes."""
        moved = self.balance.moved({**charge, "amount": amount}, CHARGED)
        changed = self.ledger.change(
            self.account,
            "charge",
            charge["id"],
            captured=True,
            amount_captured=amount,
            balance_transaction=moved["id"],
        )
        changed = self.connect.passed_on(changed)
        if changed["payment_method"] in _DISPUTED:
            self.disputing.open(changed, status=_DISPUTED[changed["payment_method"]])

    def _intent(self, key: str, **fields: object) -> Body:
        return self.ledger.change(self.account, "payment_intent", key, **fields)

    def _had(self, kind: str, key: str) -> Body:
        found = self.ledger.get(self.account, kind, key)
        if found is None:
            raise unknown(kind, key)
        return found


def _passing(data: Body | None) -> Body | None:
    """The account to which a charge's money is transferred, and how much; all without an amount."""
    if not data:
        return None
    return {"amount": whole(data, "amount"), "destination": data.get("destination", "")}
