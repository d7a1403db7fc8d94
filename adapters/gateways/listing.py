"""Lists of what went back at Stripe: refunds, credit notes and credits, page by page.

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
from engine.settlement.gateway import Movement, Outcome
from engine.settlement.instruments import Instrument, Ways

PAGE: Final = 100


def of_ways(homes: Homes, several: Sequence[Ways], params: Any) -> Iterator[Outcome]:
    """By each charge, invoice and customer once, the newest first of each."""
    for charge in sorted({ways.charge for ways in several} - {""}):
        yield from if_there(_refunds_at_home(homes, charge, params))
    for invoice in sorted({ways.invoice for ways in several} - {""}):
        yield from if_there(credit_notes(homes.own, {**params, "invoice": invoice}))
    for customer in sorted({ways.customer for ways in several} - {""}):
        yield from if_there(balance_credits(homes.own, customer, params))


def _refunds_at_home(homes: Homes, charge: str, params: Any) -> Iterator[Outcome]:
    yield from _refunds(homes.of(charge).client, {**params, **charge_params(charge)})


def of_movement(client: StripeClient, movement: Movement) -> Iterator[Outcome]:
    """The whole list in which a movement must stand."""
    params, ways = since(None), movement.ways
    if movement.instrument is Instrument.REFUND:
        return _refunds(client, {**params, **charge_params(ways.charge)})
    if movement.instrument is Instrument.CREDIT_NOTE:
        return credit_notes(client, {**params, "invoice": ways.invoice})
    return balance_credits(client, ways.customer, params)


def since(moment: datetime | None) -> dict[str, Any]:
    """Parameters of a list from a moment on, or of all of it."""
    created = {"created": {"gte": int(moment.timestamp())}} if moment else {}
    return {**created, "limit": PAGE}


def _refunds(client: StripeClient, params: Any) -> Iterator[Outcome]:
    yield from map(answers.of_refund, client.v1.refunds.list(params).auto_paging_iter())


def credit_notes(client: StripeClient, params: Any) -> Iterator[Outcome]:
    """Those that give back something beside the refunds that they name."""
    for note in client.v1.credit_notes.list(params).auto_paging_iter():
        if answers.own_part(note):
            yield answers.of_credit_note(note)


def balance_credits(client: StripeClient, customer: str, params: Any) -> Iterator[Outcome]:
    """Credits on a customer's balance."""
    moves = client.v1.customers.balance_transactions.list(customer, params)
    for moved in moves.auto_paging_iter():
        if moved.type == "adjustment" and moved.amount < 0:
            yield answers.of_balance_transaction(moved)


def if_there(listed: Iterator[Outcome]) -> Iterator[Outcome]:
    """What is listed; of what Stripe does not know that is nothing."""
    try:
        yield from listed
    except stripe.InvalidRequestError as error:
        if answers.of_error(error).reason != "resource_missing":
            raise


def charge_params(name: str) -> dict[str, str]:
    """A charge, or the payment intent that made it, by how its id begins."""
    return {"payment_intent" if name.startswith("pi_") else "charge": name}
