"""Finds where a charge is kept at Stripe: at the connected account or at the platform.

A direct charge belongs to the account. A destination charge belongs to the platform, whose key
reaches the charges of all its accounts: it counts as an account's only if it transferred its money
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import stripe
from stripe import StripeClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The client that reaches a charge, and the charge itself if finding the client read it."""

    client: StripeClient
    charge: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """Looks up the charges of one account; without `platform`, the account uses a key of its own.

    Every call raises what the SDK raises; objects of other accounts count as missing.
    """

    own: StripeClient
    platform: StripeClient | None = None
    account: str = ""

    def of(self, charge: str) -> Home:
        """Returns the home of a charge or payment intent; for an empty id, that of the account."""
        if self.platform is None or not charge:
            return Home(client=self.own)
        try:
            return Home(client=self.own, charge=_direct(_read(self.own, charge)))
        except stripe.InvalidRequestError as error:
            sent = _read(self.platform, charge) if is_missing(error) else None
            if sent is None or not self._has(sent):
                raise
            return Home(client=self.platform, charge=sent)

    def charge_of(self, name: str) -> tuple[StripeClient, str]:
        """Returns the id of a charge with its client; empty for a payment intent that made none."""
        home = self.of(name)
        found = home.charge or _read(home.client, name)
        return home.client, "" if found.id.startswith("pi_") else found.id

    def back(self, home: Home) -> dict[str, bool]:
        """Parameters that make a refund also reverse the transfer and return the operator's own
        fee.
        """
        fee = id_of(getattr(home.charge, "application_fee", None))
        passed_on = home.client is self.platform
        taken = fee and (passed_on or self._took(fee))
        return {
            **({"reverse_transfer": True} if passed_on else {}),
            **({"refund_application_fee": True} if taken else {}),
        }

    def dispute(self, reference: str) -> Any:
        """Reads a dispute about a charge of the account."""
        try:
            return self.own.v1.disputes.retrieve(reference)
        except stripe.InvalidRequestError as error:
            if self.platform is None or not is_missing(error):
                raise
            found = self.platform.v1.disputes.retrieve(reference, {"expand": ["charge"]})
            if not self._has(found.charge):
                raise
            return found

    def disputes(self, params: Any) -> Iterator[Any]:
        """Yields all disputes about the account's charges."""
        yield from self.own.v1.disputes.list(params).auto_paging_iter()
        if self.platform is not None:
            of_all = self.platform.v1.disputes.list(_with_charges(params))
            yield from (each for each in of_all.auto_paging_iter() if self._has(each.charge))

    def refunds(self, params: Any) -> Iterator[stripe.Refund]:
        """Yields all refunds of the account's charges, without the mirror images of reversed
        transfers.
        """
        for each in self.own.v1.refunds.list(params).auto_paging_iter():
            if not getattr(each, "source_transfer_reversal", None):
                yield each
        if self.platform is not None:
            of_all = self.platform.v1.refunds.list(_with_charges(params))
            yield from (each for each in of_all.auto_paging_iter() if self._has(each.charge))

    def _took(self, fee: str) -> bool:
        """Whether a fee is the operator's; the account may be connected to other platforms too."""
        if self.platform is None:
            return False
        try:
            self.platform.v1.application_fees.retrieve(fee)
        except stripe.InvalidRequestError as error:
            if not is_missing(error):
                raise
            return False
        return True

    def _has(self, charge: Any) -> bool:
        """Whether a charge of the platform transferred its money to the account."""
        passed: Any = getattr(charge, "transfer_data", None)
        return bool(passed) and id_of(passed.destination) == self.account


def id_of(found: Any) -> str:
    """Returns the id of an object that is given by id or expanded; empty if there is none."""
    return found if isinstance(found, str) else str(getattr(found, "id", "") or "")


def is_missing(error: stripe.InvalidRequestError) -> bool:
    """Whether the error says that the account has no such object."""
    return error.code == "resource_missing"


def _read(client: StripeClient, name: str) -> Any:
    """Reads a charge, or the payment intent itself if it made none: its fields serve as well."""
    if not name.startswith("pi_"):
        return client.v1.charges.retrieve(name)
    intent = client.v1.payment_intents.retrieve(name, {"expand": ["latest_charge"]})
    return intent.latest_charge or intent


def _direct(charge: Any) -> Any:
    """Returns the charge, unless a transfer created it: no payer is refunded from such a charge."""
    if getattr(charge, "source_transfer", None):
        missing: Any = stripe.InvalidRequestError  # the SDK leaves its arguments untyped
        raise missing(f"No such charge: '{charge.id}'", "id", "resource_missing", http_status=404)
    return charge


def _with_charges(params: Any) -> Any:
    return {**params, "expand": ["data.charge"]}
