"""Creates credit notes, whose parts depend on the amount still due on their invoice."""

from __future__ import annotations

import stripe
from stripe import StripeClient
from stripe.params import CreditNoteCreateParams

from adapters.gateways import answers
from adapters.gateways.units import stripe_units
from engine.settlement.gateway import Answered, GatewayOutcome, Movement


def credit_note(client: StripeClient, movement: Movement) -> GatewayOutcome:
    """Lowers what remains due on an invoice and credits the rest to the customer's balance.

    If the invoice is paid between two attempts or during one, the parts change and the key is
    spent. The next attempt asks for the current parts, after looking at the list, as after every
    spent key. Raises what the SDK raises.
    """
    amount, remains = stripe_units(movement.amount), _remains(client, movement)
    params: CreditNoteCreateParams = {
        "invoice": movement.ways.invoice,
        "amount": amount,
        "metadata": answers.metadata_of(movement),
    }
    if amount > remains:
        params["credit_amount"] = amount - remains
    try:
        made = client.v1.credit_notes.create(params, {"idempotency_key": movement.key})
    except stripe.IdempotencyError:
        return _spent("The invoice was paid since it was asked for first.")
    except stripe.InvalidRequestError:
        if _remains(client, movement) == remains:
            raise
        return _spent("The invoice was paid while it was asked for.")
    return answers.of_credit_note(made)


def _remains(client: StripeClient, movement: Movement) -> int:
    return client.v1.invoices.retrieve(movement.ways.invoice).amount_remaining


def _spent(sentence: str) -> GatewayOutcome:
    return GatewayOutcome(answered=Answered.KEY_SPENT, reason="invoice_changed", sentence=sentence)
