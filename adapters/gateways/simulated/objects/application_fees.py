"""Fees that a platform takes from its connected accounts' charges, and their refunds."""

from __future__ import annotations

from dataclasses import dataclass

from stripe.params import ApplicationFeeListParams, ApplicationFeeListRefundsParams

from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, invalid, unknown


@dataclass(frozen=True, slots=True)
class ApplicationFees:
    """Calls on one account: the platform, unless `Stripe-Account` named another."""

    ledger: Ledger
    events: Events
    account: str

    def one(self, key: str) -> Body:
        """Returns a fee of the platform by id."""
        found = self.ledger.get(self.account, "application_fee", key)
        if found is None:
            raise unknown("application_fee", key)
        return found

    def listed(self, params: Params) -> Body:
        """Lists fees of the platform, newest first, optionally of one charge."""
        check(params, ApplicationFeeListParams)
        charge = params.get("charge")
        found = self.ledger.listed(self.account, "application_fee")
        return page([each for each in found if charge in (None, each["charge"])], params)

    def refunds(self, key: str, params: Params) -> Body:
        """Lists refunds of a fee, newest first."""
        check(params, ApplicationFeeListRefundsParams)
        return page(self.ledger.listed(self.account, "fee_refund", self.one(key)["id"]), params)

    def taken(self, charge: Body, transfer: Body | None) -> Body:
        """Creates the fee that a charge names; it belongs to the platform."""
        platform = self.account if transfer else self.ledger.owner(self.account)
        body: Body = {
            "account": transfer["destination"] if transfer else self.account,
            "amount": int(charge["application_fee_amount"]),
            "application": "ca_simulated",
            "charge": transfer["destination_payment"] if transfer else charge["id"],
            "currency": charge["currency"],
            "originating_transaction": charge["id"] if transfer else None,
        }
        made = self.ledger.add(platform, "application_fee", "fee", body)
        self.events.tell(platform, "application_fee.created", made)
        return made

    def check_return(self, charge: Body) -> None:
        """Raises `Refusal` if a charge has no fee to return, or the fee is another platform's."""
        fee = charge["application_fee"]
        if not fee:
            raise invalid("The charge has no application fee.", param="refund_application_fee")
        if self.ledger.owner(fee) != (self.ledger.owner(self.account) or self.account):
            said = "Only an application generating a fee can call refund_application_fee."
            raise invalid(said, param="refund_application_fee")

    def returned(self, key: str, share: tuple[int, int]) -> None:
        """Returns a fee in part, so that the given share of it has been returned in total."""
        platform = self.ledger.owner(key)
        fee = self.ledger.get(platform, "application_fee", key) or {}
        amount = still(fee["amount"], fee["amount_refunded"], share)
        body: Body = {"amount": amount, "currency": fee["currency"], "fee": key, "metadata": {}}
        self.ledger.add(platform, "fee_refund", "fr", body, key)
        given = fee["amount_refunded"] + amount
        said: Body = {"amount_refunded": given, "refunded": given == fee["amount"]}
        changed = self.ledger.change(platform, "application_fee", key, **said)
        self.events.tell(platform, "application_fee.refunded", changed)


def still(whole_: int, gone: int, share: tuple[int, int]) -> int:
    """The amount that must come back now so that the share of the whole has come back in total."""
    return max(0, whole_ * share[0] // share[1] - gone)
