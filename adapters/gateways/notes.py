"""Creates credit notes, whose parts depend on the amount still due on their invoice."""

from __future__ import annotations

from collections.abc import Callable

import stripe
from stripe import StripeClient
from stripe.params import CreditNoteCreateParams

from adapters.gateways import answers
from adapters.gateways.units import stripe_units
from engine.settlement.gateway import Answered, GatewayOutcome, Movement


def credit_note(client: StripeClient, movement: Movement) -> Callable[[], GatewayOutcome]:
    """Returns a call that lowers what remains due on an invoice, which is read now, and credits
    the rest to the customer's balance.

    If the invoice is paid between two attempts or during one, the parts change and the key is
    spent. The next attempt asks for the current parts, after looking at the list, as after every
    spent key. Both raise what the SDK raises.
    """
    amount, remains = stripe_units(movement.amount), _remains(client, movement)
    params: CreditNoteCreateParams = {
        "invoice": movement.ways.invoice,
        "amount": amount,
        "metadata": answers.metadata_of(movement),
    }
    if amount > remains:
        params["credit_amount"] = amount - remains

    def create() -> GatewayOutcome:
        try:
            made = client.v1.credit_notes.create(params, {"idempotency_key": movement.key})
        except stripe.InvalidRequestError as refusal:
            return _of_refusal(client, movement, remains, refusal)
        return answers.of_credit_note(made)

    return create


def _of_refusal(
    client: StripeClient, movement: Movement, remained: int, refusal: stripe.InvalidRequestError
) -> GatewayOutcome:
    """Returns what a refusal means: if the invoice has changed, the key is spent."""
    try:
        remains = _remains(client, movement)
    except stripe.InvalidRequestError:  # not the refusal of the note, which its key replays
        return _outcome(Answered.UNKNOWN, "The invoice cannot be read any more.")
    if remains == remained:
        return answers.of_error(refusal)
    return _outcome(Answered.KEY_SPENT, "The invoice was paid while it was asked for.")


def _outcome(answered: Answered, sentence: str) -> GatewayOutcome:
    return GatewayOutcome(answered=answered, reason="invoice_changed", sentence=sentence)


def _remains(client: StripeClient, movement: Movement) -> int:
    return client.v1.invoices.retrieve(movement.ways.invoice).amount_remaining
