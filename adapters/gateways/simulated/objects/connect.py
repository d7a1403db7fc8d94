"""Money of connected accounts: transfers to them, and reversals of those.

A destination charge belongs to the platform, and appears as a payment (`py_…`) at the connected
account; a direct charge belongs to the connected account, and only its fee to the platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stripe.params import (
    AccountCreateParams,
    TransferCreateParams,
    TransferCreateReversalParams,
    TransferListParams,
    TransferListReversalsParams,
)

from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.objects.application_fees import ApplicationFees, still
from adapters.gateways.simulated.objects.balance import Balance, Moved
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, invalid, unknown, whole

ABLE: Final = dict.fromkeys(("charges_enabled", "details_submitted", "payouts_enabled"), True)
_SENT: Final = Moved("transfer", "transfer", -1)
_BACK: Final = Moved("transfer_refund", "transfer_reversal", 1)


@dataclass(frozen=True, slots=True)
class Connect:
    """Calls for one account: the platform, unless `Stripe-Account` named another."""

    ledger: Ledger
    events: Events
    account: str

    @property
    def fees(self) -> ApplicationFees:
        """The fees that the platform takes of charges."""
        return ApplicationFees(self.ledger, self.events, self.account)

    def create_account(self, params: Params) -> Body:
        """Creates an account that is connected to this one."""
        check(params, AccountCreateParams)
        body = {"country": "US", "default_currency": "usd", "type": "standard", **ABLE}
        return self.ledger.add(self.account, "account", "acct", body)

    # --- for charges --------------------------------------------------------------------------

    def check_charge(self, body: Body) -> None:
        """Raises `Refusal` if a payment names an unknown account, or a fee without a platform."""
        data = body["transfer_data"]
        if data:
            self._check_destination(data.get("destination", ""))
        elif body["application_fee_amount"] and not self.ledger.owner(self.account):
            raise invalid("A fee needs a connected account.", param="application_fee_amount")

    def passed_on(self, charge: Body) -> Body:
        """Transfers a captured charge's money on, takes the fee, and records both on the charge."""
        said, data = {}, charge["transfer_data"]
        transfer = None
        if data:
            amount = int(data["amount"] or charge["amount_captured"])
            transfer = self._sent(charge, data["destination"], amount, charge["id"])
            said["transfer"] = transfer["id"]
        if charge["application_fee_amount"]:
            said["application_fee"] = self.fees.taken(charge, transfer)["id"]
        return self.ledger.change(self.account, "charge", charge["id"], **said) if said else charge

    def check_refund(self, charge: Body, params: Params) -> None:
        """Raises `Refusal` if there is no transfer or fee to take back, or the fee is another's."""
        if params.get("reverse_transfer") == "true":
            if not charge["transfer"]:
                raise invalid("The charge has no associated transfer.", param="reverse_transfer")
            if self.transfer(charge["transfer"])["reversed"]:
                raise invalid(f"The transfer {charge['transfer']} is already fully reversed.")
        if params.get("refund_application_fee") == "true":
            self.fees.check_return(charge)

    def taken_back(self, charge: Body, refund: Body, params: Params) -> Body:
        """Reverses the transfer and returns the fee in proportion, if the refund asks for it.

        The share is computed from all that was refunded of the charge so far, so that transfer and
        fee are gone completely when the charge is.
        """
        share = (charge["amount_refunded"] + refund["amount"], charge["amount_captured"])
        if params.get("refund_application_fee") == "true":
            self.fees.returned(charge["application_fee"], share)
        if params.get("reverse_transfer") != "true":
            return refund
        transfer = self.transfer(charge["transfer"])
        amount = still(transfer["amount"], transfer["amount_reversed"], share)
        made = self._reversed(transfer, amount, refund["id"])
        said = {"transfer_reversal": made["id"]}
        return self.ledger.change(self.account, "refund", refund["id"], **said)

    # --- transfers ----------------------------------------------------------------------------

    def create_transfer(self, params: Params) -> Body:
        """Transfers money of the platform to a connected account, from a charge if one is named."""
        check(params, TransferCreateParams, ("currency", "destination"))
        amount, source = whole(params, "amount"), params.get("source_transaction")
        if amount is None:
            raise invalid("Missing required param: amount.", "parameter_missing", "amount")
        if source and self.ledger.get(self.account, "charge", source) is None:
            raise unknown("charge", source)
        self._check_destination(params["destination"])
        return self._sent(params, params["destination"], amount, source)

    def transfer(self, key: str) -> Body:
        """Returns a transfer by id."""
        return self._had("transfer", key)

    def transfers(self, params: Params) -> Body:
        """Lists transfers, newest first, optionally to one account or of one group."""
        check(params, TransferListParams)
        asked = {key: params[key] for key in ("destination", "transfer_group") if key in params}
        found = self.ledger.listed(self.account, "transfer")
        return page([each for each in found if asked.items() <= each.items()], params)

    def reverse(self, key: str, params: Params) -> Body:
        """Takes money of a transfer back for the platform; the payer gets nothing from it."""
        check(params, TransferCreateReversalParams)
        with self.ledger.lock:
            transfer = self.transfer(key)
            left = transfer["amount"] - transfer["amount_reversed"]
            amount = whole(params, "amount") or left
            if not 0 < amount <= left:
                raise invalid(f"Reversal amount ({amount}) exceeds what is left ({left}).")
            return self._reversed(transfer, amount, None)

    def reversals(self, key: str, params: Params) -> Body:
        """Lists reversals of a transfer, newest first."""
        check(params, TransferListReversalsParams)
        found = self.ledger.listed(self.account, "transfer_reversal", self.transfer(key)["id"])
        return page(found, params)

    def _check_destination(self, account: str) -> None:
        if self.ledger.get(self.account, "account", account) is None:
            said = f"No such destination: '{account}'"
            raise invalid(said, "resource_missing", "transfer_data[destination]")

    def _sent(self, of: Body, destination: str, amount: int, source: str | None) -> Body:
        """Adds a transfer, and the payment that it becomes at the connected account."""
        body: Body = {
            "amount": amount,
            "currency": str(of["currency"]).lower(),
            "destination": destination,
            "metadata": {},
            "source_transaction": source,
            "transfer_group": of.get("transfer_group"),
        }
        made = self.ledger.add(self.account, "transfer", "tr", body)
        arrived = {
            **{key: made[key] for key in ("amount", "currency")},
            "amount_captured": amount,
            "captured": True,
            "paid": True,
            "status": "succeeded",
            "source_transfer": made["id"],
        }
        said = {
            "destination_payment": self.ledger.add(destination, "charge", "py", arrived)["id"],
            "balance_transaction": self._moved(made, _SENT),
        }
        made = self.ledger.change(self.account, "transfer", made["id"], **said)
        self.events.tell(self.account, "transfer.created", made)
        return made

    def _reversed(self, transfer: Body, amount: int, refund: str | None) -> Body:
        """Adds a reversal, and the refund that it becomes at the connected account."""
        body = {
            "amount": amount,
            "currency": transfer["currency"],
            "metadata": {},
            "source_refund": refund,
            "transfer": transfer["id"],
        }
        made = self.ledger.add(self.account, "transfer_reversal", "trr", body, transfer["id"])
        said = {
            "destination_payment_refund": self._refunded(transfer, made)["id"],
            "balance_transaction": self._moved(made, _BACK),
        }
        made = self.ledger.change(self.account, "transfer_reversal", made["id"], **said)
        gone = transfer["amount_reversed"] + amount
        said = {"amount_reversed": gone, "reversed": gone == transfer["amount"]}
        changed = self.ledger.change(self.account, "transfer", transfer["id"], **said)
        self.events.tell(self.account, "transfer.reversed", changed)
        return made

    def _refunded(self, transfer: Body, reversal: Body) -> Body:
        there, key = transfer["destination"], transfer["destination_payment"]
        payment = self.ledger.get(there, "charge", key) or {}
        given = payment["amount_refunded"] + reversal["amount"]
        said: Body = {"amount_refunded": given, "refunded": given == payment["amount"]}
        self.ledger.change(there, "charge", key, **said)
        body = {
            **{name: reversal[name] for name in ("amount", "currency")},
            "charge": key,
            "metadata": {},
            "status": "succeeded",
            "source_transfer_reversal": reversal["id"],
        }
        return self.ledger.add(there, "refund", "pyr", body, key)

    def _moved(self, source: Body, moved: Moved) -> str:
        return str(Balance(self.ledger, self.account).moved(source, moved)["id"])

    def _had(self, kind: str, key: str) -> Body:
        found = self.ledger.get(self.account, kind, key)
        if found is None:
            raise unknown(kind, key)
        return found
