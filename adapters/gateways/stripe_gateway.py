"""Implements the gateway port for one supplier's account at Stripe.

There is one client per supplier, and it retries nothing: settlement states do the retrying. Objects
are listed and never searched, because Stripe's search index lags behind and its lists do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import stripe
from stripe import RequestOptions, StripeClient
from stripe.params import CustomerBalanceTransactionCreateParams

from adapters.gateways import answers, charges, listing
from adapters.gateways.clocked import ClockedClient
from adapters.gateways.homes import Homes
from adapters.gateways.notes import credit_note
from adapters.gateways.units import stripe_units
from engine.errors import GatewayUnreachable, RequestFault
from engine.settlement.charges import ChargeRead, DisputeRead
from engine.settlement.gateway import TIMEOUT, Answered, GatewayOutcome, Movement
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.steps import own_of

stripe.enable_telemetry = False

Create = Callable[[], GatewayOutcome]
"""Makes a movement; raises what the SDK raises."""


class StripeGateway:
    """A supplier's account, by its restricted key or by the platform's key and its account id.

    `now` is this machine's clock, which is only compared with the gateway's.
    """

    def __init__(
        self,
        key: str,
        *,
        account: str | None = None,
        base: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http = http = ClockedClient(timeout=TIMEOUT, now=now)
        own = _client(key, account, base, http)
        platform = _client(key, None, base, http) if account else None
        self._client = own
        self._homes = Homes(own=own, platform=platform, account=account or "")

    @property
    def ahead(self) -> float:
        """Seconds by which this machine's clock was ahead of the gateway's at the last answer."""
        return self._http.ahead

    def whose(self) -> str:
        """The id of the account that the key belongs to; raises `GatewayUnreachable`."""
        try:
            return str(self._client.v1.accounts.retrieve_current().id)
        except Exception as error:  # noqa: BLE001 - the SDK's errors, and those of the layers beneath it
            raise _unreachable(error) from None

    def may_read(self) -> None:
        """Checks that the key can read what is needed; raises `GatewayUnreachable` and moves
        nothing.
        """
        try:
            self._client.v1.refunds.list({"limit": 1})
            self._client.v1.credit_notes.list({"limit": 1})
            self._client.v1.disputes.list({"limit": 1})
        except Exception as error:  # noqa: BLE001 - as above
            raise _unreachable(error) from None

    def send(self, movement: Movement) -> GatewayOutcome:
        """Sends the movement once, if what it needs to know before can be read."""
        try:
            create = _PREPARED[movement.instrument](self._homes, movement)
        except RequestFault as fault:
            return GatewayOutcome(
                answered=Answered.HELD_BACK, reason=fault.code, sentence=fault.message
            )
        except Exception as error:  # noqa: BLE001 - the SDK's errors, and those of the layers beneath it
            return answers.of_error(error).unsent
        try:
            return create()
        except Exception as error:  # noqa: BLE001 - whatever failed, the movement may have happened
            return answers.of_error(error)

    def spend_key(self, movement: Movement) -> GatewayOutcome | None:
        """Updates what the movement would change, by nothing, with the movement's key.

        Stripe keeps the answer for the key, and refuses any other call with it from then on.
        """
        try:
            _SPENDERS[movement.instrument](self._homes, movement)
        except stripe.IdempotencyError as error:
            return answers.of_error(error)
        except Exception as error:  # noqa: BLE001 - as above
            outcome = answers.of_error(error)
            return None if outcome.answered is Answered.KEY_SPENT else outcome
        return None

    def find(self, movement: Movement) -> GatewayOutcome | None:
        """Looks the movement up in the whole list of its charge, invoice or customer."""
        try:
            refund = movement.instrument is Instrument.REFUND
            home = self._homes.of(movement.ways.charge if refund else "")
            listed = listing.of_movement(home.client, movement)
            named = [each for each in listed if each.settlement == movement.settlement]
        except Exception as error:  # noqa: BLE001 - a list that could not be read proves nothing
            return answers.of_error(error)
        return own_of(movement.amount, named)

    def listed(
        self, ways: Iterable[PaymentReferences], since: datetime | None
    ) -> tuple[GatewayOutcome, ...] | GatewayOutcome:
        """Returns what charges, invoices and customers gave back since a moment, or the error's
        meaning.
        """
        try:
            return tuple(listing.of_ways(self._homes, tuple(ways), listing.since(since)))
        except Exception as error:  # noqa: BLE001 - as above
            return answers.of_error(error)

    def state_of(
        self, instrument: Instrument, reference: str, ways: PaymentReferences
    ) -> GatewayOutcome:
        """Returns the current state of a movement."""
        try:
            home = self._homes.of(ways.charge if instrument is Instrument.REFUND else "")
            return _RETRIEVERS[instrument](home.client, reference, ways)
        except Exception as error:  # noqa: BLE001 - as above
            return answers.of_error(error)

    def charge(
        self, ways: PaymentReferences, *, linked: bool = False
    ) -> ChargeRead | GatewayOutcome:
        """Reads a payment's charge, or returns the error's meaning; moves nothing."""
        try:
            home = self._homes.of(ways.charge)
            read = charges.charge_of(home.client, ways, linked=linked)
            read = replace(read, read_at=self._http.answered_at)
        except Exception as error:  # noqa: BLE001 - as above
            return answers.of_error(error)
        return read if home.client is self._client else replace(read, customer="")

    def customer(self, reference: str) -> GatewayOutcome | None:
        """Returns None if the account has the customer, else what the answer meant."""
        try:
            found = self._client.v1.customers.retrieve(reference)
        except Exception as error:  # noqa: BLE001 - as above
            return answers.of_error(error)
        return answers.GONE if getattr(found, "deleted", False) else None

    def dispute(self, reference: str) -> DisputeRead | GatewayOutcome:
        """Reads a dispute, or returns the error's meaning."""
        try:
            return charges.dispute_of(self._homes, reference)
        except Exception as error:  # noqa: BLE001 - as above
            return answers.of_error(error)

    def disputes(self, since: datetime) -> Iterator[DisputeRead]:
        """Yields all disputes opened since a moment; raises `GatewayUnreachable`."""
        try:
            yield from charges.disputes_since(self._homes, int(since.timestamp()))
        except Exception as error:  # noqa: BLE001 - as above
            raise _unreachable(error) from None

    def invoices_paid(self, since: datetime) -> Iterator[str]:
        """Yields invoices with payments made since a moment; raises `GatewayUnreachable`."""
        try:
            yield from charges.invoices_paid_since(self._client, int(since.timestamp()))
        except Exception as error:  # noqa: BLE001 - as above
            raise _unreachable(error) from None

    def movements(self, since: datetime, customers: Iterable[str]) -> Iterator[GatewayOutcome]:
        """Yields refunds, credit notes and credits since a moment; raises `GatewayUnreachable`."""
        created = listing.since(since)
        try:
            yield from map(answers.of_refund, self._homes.refunds(created))
            yield from listing.credit_notes(self._client, created)
            for customer in customers:
                yield from listing.if_there(
                    listing.balance_credits(self._client, customer, created)
                )
        except Exception as error:  # noqa: BLE001 - as above
            raise _unreachable(error) from None


def _client(key: str, account: str | None, base: str | None, http: ClockedClient) -> StripeClient:
    return StripeClient(
        key,
        stripe_account=account,
        max_network_retries=0,
        http_client=http,
        base_addresses={"api": base} if base else {},
    )


def _refund(homes: Homes, movement: Movement) -> Create:
    home = homes.of(movement.ways.charge)
    params: Any = {
        **listing.charge_params(movement.ways.charge),
        **homes.back(home),
        "amount": stripe_units(movement.amount),
        "reason": "requested_by_customer",
        "metadata": answers.metadata_of(movement),
    }
    create, once = home.client.v1.refunds.create, _once(movement)
    return lambda: answers.of_refund(create(params, once))


def _balance_credit(homes: Homes, movement: Movement) -> Create:
    params: CustomerBalanceTransactionCreateParams = {
        "amount": -stripe_units(movement.amount),
        "currency": movement.amount.currency.lower(),
        "metadata": answers.metadata_of(movement),
    }
    create, once = homes.own.v1.customers.balance_transactions.create, _once(movement)
    return lambda: answers.of_balance_transaction(create(movement.ways.customer, params, once))


def _spend_on_charge(homes: Homes, movement: Movement) -> None:
    client, charge = homes.charge_of(movement.ways.charge)
    if charge:  # an unpaid intent has none, and nothing to refund
        client.v1.charges.update(charge, {}, _once(movement))


def _once(movement: Movement) -> RequestOptions:
    return {"idempotency_key": movement.key}


_PREPARED: Final[dict[Instrument, Callable[[Homes, Movement], Create]]] = {
    Instrument.REFUND: _refund,
    Instrument.CREDIT_NOTE: lambda homes, movement: credit_note(homes.own, movement),
    Instrument.BALANCE_CREDIT: _balance_credit,
}
"""What is read before a movement, and the call that then makes it."""
_SPENDERS: Final[dict[Instrument, Callable[[Homes, Movement], object]]] = {
    Instrument.REFUND: _spend_on_charge,
    Instrument.CREDIT_NOTE: lambda homes, movement: homes.own.v1.invoices.update(
        movement.ways.invoice, {}, _once(movement)
    ),
    Instrument.BALANCE_CREDIT: lambda homes, movement: homes.own.v1.customers.update(
        movement.ways.customer, {}, _once(movement)
    ),
}
"""Calls that change nothing, on objects that a movement changes: the same key may make them."""
_RETRIEVERS: Final[
    dict[Instrument, Callable[[StripeClient, str, PaymentReferences], GatewayOutcome]]
] = {
    Instrument.REFUND: lambda client, key, _: answers.of_refund(client.v1.refunds.retrieve(key)),
    Instrument.CREDIT_NOTE: lambda client, key, _: answers.of_credit_note(
        client.v1.credit_notes.retrieve(key)
    ),
    Instrument.BALANCE_CREDIT: lambda client, key, ways: answers.of_balance_transaction(
        client.v1.customers.balance_transactions.retrieve(ways.customer, key)
    ),
}


def _unreachable(error: Exception) -> GatewayUnreachable:
    said = answers.of_error(error)
    return GatewayUnreachable(said.sentence or said.reason)
