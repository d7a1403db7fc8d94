"""Where what a partner was paid is kept at Stripe: at its own account, or at the platform for it.

A direct charge is the account's own. A destination charge is the platform's, which reaches the
charges of all its accounts: it is a connected account's only where it passed its money on to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import stripe
from stripe import StripeClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Who reaches a charge, and the charge as it was read where that told who does."""

    client: StripeClient
    charge: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """Of one account; without `platform` it has a key of its own, and all is with itself.

    Every call raises what the SDK raises; what is another account's is missing.
    """

    own: StripeClient
    platform: StripeClient | None = None
    account: str = ""

    def of(self, charge: str) -> Home:
        """The home of a charge, or of the payment intent that made it; empty is the account's."""
        if self.platform is None or not charge:
            return Home(client=self.own)
        try:
            return Home(client=self.own, charge=_direct(_read(self.own, charge)))
        except stripe.InvalidRequestError as error:
            sent = _read(self.platform, charge) if is_missing(error) else None
            if sent is None or not self._has(sent):
                raise
            return Home(client=self.platform, charge=sent)

    def back(self, home: Home) -> dict[str, bool]:
        """What a refund takes back beside the payer's money; of a fee only the operator's own."""
        fee = id_of(getattr(home.charge, "application_fee", None))
        passed_on = home.client is self.platform
        taken = fee and (passed_on or self._took(fee))
        return {
            **({"reverse_transfer": True} if passed_on else {}),
            **({"refund_application_fee": True} if taken else {}),
        }

    def dispute(self, reference: str) -> Any:
        """A dispute of a charge of the account."""
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
        """All disputes of its charges."""
        yield from self.own.v1.disputes.list(params).auto_paging_iter()
        if self.platform is not None:
            of_all = self.platform.v1.disputes.list(_with_charges(params))
            yield from (each for each in of_all.auto_paging_iter() if self._has(each.charge))

    def refunds(self, params: Any) -> Iterator[stripe.Refund]:
        """All refunds of its charges; the other side of a reversed transfer is none."""
        for each in self.own.v1.refunds.list(params).auto_paging_iter():
            if not getattr(each, "source_transfer_reversal", None):
                yield each
        if self.platform is not None:
            of_all = self.platform.v1.refunds.list(_with_charges(params))
            yield from (each for each in of_all.auto_paging_iter() if self._has(each.charge))

    def _took(self, fee: str) -> bool:
        """Whether a fee is the operator's; an account may be connected to others beside it."""
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
        """Whether a charge of the platform passed its money on to the account."""
        passed: Any = getattr(charge, "transfer_data", None)
        return bool(passed) and id_of(passed.destination) == self.account


def id_of(found: Any) -> str:
    """An id, or that of what was sent in its place."""
    return found if isinstance(found, str) else str(getattr(found, "id", "") or "")


def is_missing(error: stripe.InvalidRequestError) -> bool:
    """Whether an account has no such object."""
    return error.code == "resource_missing"


def _read(client: StripeClient, name: str) -> Any:
    """A charge; of a payment intent that made none the intent, which has as much to say of it."""
    if not name.startswith("pi_"):
        return client.v1.charges.retrieve(name)
    intent = client.v1.payment_intents.retrieve(name, {"expand": ["latest_charge"]})
    return intent.latest_charge or intent


def _direct(charge: Any) -> Any:
    """The charge, unless it is what a transfer brought: no payer gets anything back of that."""
    if getattr(charge, "source_transfer", None):
        missing: Any = stripe.InvalidRequestError  # the SDK leaves its arguments untyped
        raise missing(f"No such charge: '{charge.id}'", "id", "resource_missing", http_status=404)
    return charge


def _with_charges(params: Any) -> Any:
    return {**params, "expand": ["data.charge"]}
