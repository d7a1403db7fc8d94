"""Lists refunds, credit notes and balance credits at Stripe, page by page.

Every call raises what the SDK raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import stripe
from stripe import StripeClient

from adapters.gateways import answers
from adapters.gateways.homes import Homes
from engine.settlement.gateway import GatewayOutcome, Movement
from engine.settlement.instruments import Instrument, PaymentReferences

PAGE: Final = 100


def of_ways(
    homes: Homes, several: Sequence[PaymentReferences], params: Any
) -> Iterator[GatewayOutcome]:
    """Yields what each charge, invoice and customer gave back, each once and newest first."""
    for charge in sorted({ways.charge for ways in several} - {""}):
        yield from if_there(_refunds_at_home(homes, charge, params))
    for invoice in sorted({ways.invoice for ways in several} - {""}):
        yield from if_there(credit_notes(homes.own, {**params, "invoice": invoice}))
    for customer in sorted({ways.customer for ways in several} - {""}):
        yield from if_there(balance_credits(homes.own, customer, params))


def _refunds_at_home(homes: Homes, charge: str, params: Any) -> Iterator[GatewayOutcome]:
    yield from _refunds(homes.of(charge).client, {**params, **charge_params(charge)})


def of_movement(client: StripeClient, movement: Movement) -> Iterator[GatewayOutcome]:
    """Yields the whole list that must contain a movement."""
    params, ways = since(None), movement.ways
    if movement.instrument is Instrument.REFUND:
        return _refunds(client, {**params, **charge_params(ways.charge)})
    if movement.instrument is Instrument.CREDIT_NOTE:
        return credit_notes(client, {**params, "invoice": ways.invoice})
    return balance_credits(client, ways.customer, params)


def since(moment: datetime | None) -> dict[str, Any]:
    """List parameters for objects created since a moment, or for all of them."""
    created = {"created": {"gte": int(moment.timestamp())}} if moment else {}
    return {**created, "limit": PAGE}


def _refunds(client: StripeClient, params: Any) -> Iterator[GatewayOutcome]:
    yield from map(answers.of_refund, client.v1.refunds.list(params).auto_paging_iter())


def credit_notes(client: StripeClient, params: Any) -> Iterator[GatewayOutcome]:
    """Yields credit notes that give back something beyond the refunds that they name."""
    for note in client.v1.credit_notes.list(params).auto_paging_iter():
        if answers.own_part(note):
            yield answers.of_credit_note(note)


def balance_credits(client: StripeClient, customer: str, params: Any) -> Iterator[GatewayOutcome]:
    """Yields credits on a customer's balance."""
    moves = client.v1.customers.balance_transactions.list(customer, params)
    for moved in moves.auto_paging_iter():
        if moved.type == "adjustment" and moved.amount < 0:
            yield answers.of_balance_transaction(moved)


def if_there(listed: Iterator[GatewayOutcome]) -> Iterator[GatewayOutcome]:
    """Yields the list, or nothing if Stripe does not know its object."""
    try:
        yield from listed
    except stripe.InvalidRequestError as error:
        if answers.of_error(error).reason != "resource_missing":
            raise


def charge_params(name: str) -> dict[str, str]:
    """Parameter that names a charge or a payment intent, told apart by the id's prefix."""
    return {"payment_intent" if name.startswith("pi_") else "charge": name}
