"""One supplier's account at Stripe, behind the gateway port.

The client is made per supplier and retries nothing: our own states are the retry. Nothing is
searched, only listed: Stripe's search lags behind, its lists do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import stripe
from stripe import StripeClient

from adapters.gateways import answers
from adapters.gateways.units import stripe_units
from engine.errors import GatewayUnreachable, RequestFault
from engine.settlement.gateway import Answered, Movement, Outcome
from engine.settlement.instruments import Instrument, Ways

TIMEOUT: Final = 20
"""Seconds; a lease on a settlement is longer than twice this."""
_EARLIER: Final = timedelta(hours=1)
"""How far clocks may differ when a list is cut at the time of the first attempt."""
_PAGE: Final = 100

stripe.enable_telemetry = False


class StripeGateway:
    """A supplier's account: by its restricted key, or by the platform's key and its account id."""

    def __init__(self, key: str, *, account: str | None = None, base: str | None = None) -> None:
        http = stripe.RequestsClient(timeout=TIMEOUT)
        self._client = StripeClient(
            key,
            stripe_account=account,
            max_network_retries=0,
            http_client=http,
            base_addresses={"api": base} if base else {},
        )

    def whose(self) -> str:
        """The account id that the key belongs to; raises `GatewayUnreachable`."""
        try:
            return str(self._client.v1.accounts.retrieve_current().id)
        except Exception as error:  # noqa: BLE001 - the SDK's errors, and what breaks beneath it
            raise _unreachable(error) from None

    def may_read(self) -> None:
        """Tries what is needed to read; moves nothing, and raises `GatewayUnreachable`."""
        try:
            self._client.v1.refunds.list({"limit": 1})
            self._client.v1.credit_notes.list({"limit": 1})
        except Exception as error:  # noqa: BLE001 - as above
            raise _unreachable(error) from None

    def send(self, movement: Movement) -> Outcome:
        """Asks for the movement once."""
        try:
            return _SENDERS[movement.instrument](self._client, movement)
        except RequestFault as fault:
            return Outcome(answered=Answered.REFUSED, reason=fault.code, sentence=fault.message)
        except Exception as error:  # noqa: BLE001 - whatever broke, the movement may have happened
            return answers.of_error(error)

    def find(self, movement: Movement) -> Outcome | None:
        """What became of the movement, by the list of its charge, invoice or customer."""
        try:
            for outcome in _listed(self._client, movement):
                if outcome.settlement == movement.settlement:
                    return outcome
        except Exception as error:  # noqa: BLE001 - a list that could not be had proves nothing
            return answers.of_error(error)
        return None

    def state_of(self, instrument: Instrument, reference: str, ways: Ways) -> Outcome:
        """The present state of a movement."""
        try:
            return _RETRIEVERS[instrument](self._client, reference, ways)
        except Exception as error:  # noqa: BLE001 - as above
            return answers.of_error(error)

    def movements(self, since: datetime, customers: Iterable[str]) -> Iterator[Outcome]:
        """All refunds, credit notes and credits since a moment."""
        created: Any = {"created": {"gte": int(since.timestamp())}, "limit": _PAGE}
        v1 = self._client.v1
        try:
            for refund in v1.refunds.list(created).auto_paging_iter():
                yield answers.of_refund(refund)
            for note in v1.credit_notes.list(created).auto_paging_iter():
                yield answers.of_credit_note(note)
            for customer in customers:
                yield from _credits(self._client, customer, created)
        except Exception as error:  # noqa: BLE001 - as above
            raise _unreachable(error) from None


def _refund(client: StripeClient, movement: Movement) -> Outcome:
    params: Any = {
        **_charge(movement.ways),
        "amount": stripe_units(movement.amount),
        "reason": "requested_by_customer",
        "metadata": _metadata(movement),
    }
    made = client.v1.refunds.create(params, _once(movement))
    return answers.of_refund(made)


def _credit_note(client: StripeClient, movement: Movement) -> Outcome:
    """On an open invoice it lowers what is due; on a paid one it credits the customer's balance."""
    amount = stripe_units(movement.amount)
    params: Any = {
        "invoice": movement.ways.invoice,
        "amount": amount,
        "metadata": _metadata(movement),
    }
    if client.v1.invoices.retrieve(movement.ways.invoice).status == "paid":
        params["credit_amount"] = amount
    made = client.v1.credit_notes.create(params, _once(movement))
    return answers.of_credit_note(made)


def _balance_credit(client: StripeClient, movement: Movement) -> Outcome:
    params: Any = {
        "amount": -stripe_units(movement.amount),
        "currency": movement.amount.currency.lower(),
        "metadata": _metadata(movement),
    }
    moves = client.v1.customers.balance_transactions
    made = moves.create(movement.ways.customer, params, _once(movement))
    return answers.of_balance_transaction(made)


_SENDERS: Final[dict[Instrument, Callable[[StripeClient, Movement], Outcome]]] = {
    Instrument.REFUND: _refund,
    Instrument.CREDIT_NOTE: _credit_note,
    Instrument.BALANCE_CREDIT: _balance_credit,
}
_RETRIEVERS: Final[dict[Instrument, Callable[[StripeClient, str, Ways], Outcome]]] = {
    Instrument.REFUND: lambda client, key, _: answers.of_refund(client.v1.refunds.retrieve(key)),
    Instrument.CREDIT_NOTE: lambda client, key, _: answers.of_credit_note(
        client.v1.credit_notes.retrieve(key)
    ),
    Instrument.BALANCE_CREDIT: lambda client, key, ways: answers.of_balance_transaction(
        client.v1.customers.balance_transactions.retrieve(ways.customer, key)
    ),
}


def _listed(client: StripeClient, movement: Movement) -> Iterator[Outcome]:
    params: Any = {"limit": _PAGE}
    if movement.first_sent is not None:
        params["created"] = {"gte": int((movement.first_sent - _EARLIER).timestamp())}
    v1, ways = client.v1, movement.ways
    if movement.instrument is Instrument.REFUND:
        params.update(_charge(ways))
        refunds = v1.refunds.list(params)
        yield from map(answers.of_refund, refunds.auto_paging_iter())
    elif movement.instrument is Instrument.CREDIT_NOTE:
        params["invoice"] = ways.invoice
        notes = v1.credit_notes.list(params)
        yield from map(answers.of_credit_note, notes.auto_paging_iter())
    else:
        moves = v1.customers.balance_transactions.list(ways.customer, params)
        yield from map(answers.of_balance_transaction, moves.auto_paging_iter())


def _credits(client: StripeClient, customer: str, params: Any) -> Iterator[Outcome]:
    """Credits on a customer's balance; a customer that Stripe does not know has none."""
    try:
        moves = client.v1.customers.balance_transactions.list(customer, params)
    except stripe.InvalidRequestError as error:
        if answers.of_error(error).reason != "resource_missing":
            raise
        return
    for moved in moves.auto_paging_iter():
        if moved.type == "adjustment" and moved.amount < 0:
            yield answers.of_balance_transaction(moved)


def _charge(ways: Ways) -> dict[str, str]:
    """A charge, or the payment intent that made it, by how its id begins."""
    return {"payment_intent" if ways.charge.startswith("pi_") else "charge": ways.charge}


def _metadata(movement: Movement) -> dict[str, str]:
    return {"settlement_id": movement.settlement, **dict(movement.facts)}


def _once(movement: Movement) -> stripe.RequestOptions:
    return {"idempotency_key": movement.key}


def _unreachable(error: Exception) -> GatewayUnreachable:
    said = answers.of_error(error)
    return GatewayUnreachable(said.sentence or said.reason)
