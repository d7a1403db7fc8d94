"""What goes on without anybody asking: money sent and compared, news of Stripe, keys refused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from stripe import WebhookSignature

from adapters.gateways.simulated.calls import account_of
from tests.api.journal.of_money import add_paid, refund
from tests.api.journal.world import KEYS, SIGNING, World, chapter

WEBHOOK = "POST /webhooks/stripe"


def news(world: World, event: dict[str, Any]) -> None:
    """An event of Stripe for acme, signed."""
    text = json.dumps(event)
    signed = WebhookSignature.generate_signature_header(text, SIGNING, int(time.time()))
    headers = {"stripe-signature": signed}
    answer = world.served.http.post("/webhooks/stripe/acme", content=text, headers=headers)
    assert answer.status_code == 200, answer.text


@chapter(
    "Settler",
    by="worker",
    acme="settlement_sending settlement_submitted",
    northwind="settlement_submitted",
)
def what_stripe_works_on(world: World) -> Iterator[None]:
    world.work("Settler")
    order = add_paid(world, world.charge(12_000, method="pm_card_pendingRefund"))
    refund(world, "acme", "refundOrder", order)
    yield
    world.work("Settler")


@chapter("Settler", by="worker", acme="settlement_failed", northwind="settlement_failed")
def what_fails_late(world: World) -> Iterator[None]:
    refund(world, "acme", "refundOrder", world.kept["fails"])
    world.work("Settler")
    world.stripe.move_on(at_once=True)
    events = world.stripe.ledger.listed(account_of(KEYS["acme"]), "event")
    news(world, next(each for each in events if each["type"] == "refund.failed"))
    yield
    world.work("Settler")


@chapter(WEBHOOK, by="gateway", acme="payment_disputed", northwind="payment_disputed")
def a_payer_who_wants_its_money_back(world: World) -> Iterator[None]:
    charge = world.charge(12_000)
    add_paid(world, charge)
    version = world.stripe.ledger.listed(account_of(KEYS["acme"]), "event")[0]["api_version"]
    yield
    about = {"object": "dispute", "id": "dp_1", "charge": "ch_1", "payment_intent": charge}
    said = {"object": {**about, "status": "needs_response"}}
    event = {"id": "evt_dispute", "type": "charge.dispute.created", "data": said}
    news(world, {**event, "api_version": version})


@chapter(
    "Reconciler",
    by="worker",
    acme="settlement_planned account_compared",
    northwind="settlement_planned",
)
def a_refund_that_was_made_by_hand(world: World) -> Iterator[None]:
    world.work("Reconciler")
    charge = world.charge(12_000)
    add_paid(world, charge)
    said = {"payment_intent": charge, "amount": "2000"}
    world.account().payments.create_refund(said)
    world.passed[0] += timedelta(hours=2)
    yield
    world.work("Reconciler")


@chapter("Reconciler", by="worker")
def accounts_that_agree(world: World) -> Iterator[None]:
    world.work("Settler")
    world.work("Reconciler")
    world.passed[0] += timedelta(hours=2)
    yield
    world.work("Reconciler")


@chapter("Settler", by="worker", acme="settlement_sending lane_stopped")
def a_key_that_is_refused(world: World) -> Iterator[None]:
    refund(world, "acme", "refundOrder", add_paid(world, world.charge(12_000)))
    world.stripe.revoked.add(KEYS["acme"])
    yield
    world.work("Settler")


@chapter("openLane", by="acme", acme="lane_opened")
def what_waited_is_sent_again(world: World) -> None:
    world.stripe.revoked.discard(KEYS["acme"])
    world.do("acme", "openLane")
