"""What goes on without anybody asking: money sent and compared, news of Stripe, keys refused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from stripe import WebhookSignature

from adapters.gateways.simulated.calls import account_of
from tests.api.journal.of_money import add_paid, ordered, refund
from tests.api.journal.of_returns import arrive, inspect, request
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
def what_stripe_worked_on_in_vain(world: World) -> Iterator[None]:
    order = add_paid(world, world.charge(12_000, method="pm_card_pendingRefund"))
    refund(world, "acme", "refundOrder", order)
    world.work("Settler")
    newest, *_ = world.stripe.ledger.listed(account_of(KEYS["acme"]), "refund")
    world.stripe.ledger.intend(newest["id"], "failed")
    fail(world)
    yield
    world.work("Settler")


def fail(world: World) -> None:
    """What is to fail at Stripe fails, and is told."""
    world.stripe.move_on(at_once=True)
    events = world.stripe.ledger.listed(account_of(KEYS["acme"]), "event")
    news(world, next(each for each in events if each["type"] == "refund.failed"))


BACK: Any = dict.fromkeys(("acme", "northwind"), "settlement_came_back claim_withdrawn")


@chapter("Settler", by="worker", **BACK)
def money_of_a_return_that_came_back(world: World) -> Iterator[None]:
    """Too much of it was paid, and claimed back, before its return was closed."""
    charge = world.charge(12_000, method="pm_card_refundFail")
    payment = {"amount": 12_000, "charge": charge}
    day = world.parts.now().date().isoformat()
    dates = [{"name": name, "on": day} for name in ("ordered", "shipped", "delivered")]
    more = {"channel": "phone", "payment": payment, "dates": dates}
    order = ordered("northwind", "came back", **more)
    world.do("acme", "addOrders", orders=[order])
    request(world, "came back")
    arrive(world, "came back")
    inspect(world, "came back", found=[{"name": "reason", "value": "defective"}])
    story = world.caller("acme").ask("ReturnStory", number=world.kept["came back"]["number"])
    (unit,) = story["returnByNumber"]["inspections"]
    for amount, said in ((1_000, "decideReturn"), (400, "overrideReturn")):
        word = {"line": unit["id"], "accept": True, "remedy": "REFUND", "amount": amount}
        world.step("acme support", said, "came back", lines=[word], why="so")
        world.work("Settler")
    world.work("Returner")
    fail(world)
    yield
    world.work("Settler")


@chapter("Returner", by="policy", acme="return_unsettle", northwind="return_unsettle")
def a_return_whose_money_came_back(world: World) -> None:
    world.work("Returner")


@chapter("Settler", by="worker", acme="settlement_came_back", northwind="settlement_came_back")
def what_fails_late(world: World) -> Iterator[None]:
    refund(world, "acme", "refundOrder", world.kept["fails"])
    world.work("Settler")
    fail(world)
    yield
    world.work("Settler")


@chapter(WEBHOOK, by="gateway", acme="payment_disputed", northwind="payment_disputed")
def a_payer_who_wants_its_money_back(world: World) -> Iterator[None]:
    charge = world.charge(12_000)
    add_paid(world, charge)
    payments = world.account().payments
    payments.disputing.open(payments.charge(payments.payment_intent(charge)["latest_charge"]))
    [event, *_] = world.stripe.ledger.listed(account_of(KEYS["acme"]), "event")
    yield
    news(world, event)


@chapter(WEBHOOK, by="gateway", acme="event_not_read")
def what_nobody_understands(world: World) -> None:
    about = {"object": "payout", "id": "po_1"}
    for key in ("evt_p1", "evt_p2"):
        news(world, {"id": key, "type": "payout.paid", "data": {"object": about}})


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


@chapter("Reconciler", by="worker", acme="clock_off", northwind="clock_off")
def a_clock_that_is_off(world: World) -> Iterator[None]:
    ledger = world.stripe.ledger
    world.kept["clock"] = right = ledger.now
    ledger.now = lambda: right() - 7_200
    world.passed[0] += timedelta(hours=2)
    yield
    world.work("Reconciler")


@chapter("Reconciler", by="worker", acme="clock_right", northwind="clock_right")
def a_clock_that_is_set_right(world: World) -> Iterator[None]:
    world.stripe.ledger.now = world.kept["clock"]
    world.passed[0] += timedelta(hours=3)
    yield
    world.work("Reconciler")


@chapter("Settler", by="worker", acme="settlement_sending lane_stopped")
def a_key_that_is_refused(world: World) -> Iterator[None]:
    refund(world, "acme", "refundOrder", add_paid(world, world.charge(12_000)))
    world.stripe.revoked.add(KEYS["acme"])
    yield
    world.work("Settler")


@chapter("Witness", by="worker")
def what_the_journals_hold(world: World) -> None:
    world.work("Witness")


@chapter("resumePayouts", by="acme", acme="lane_opened")
def what_waited_is_sent_again(world: World) -> None:
    world.stripe.revoked.discard(KEYS["acme"])
    world.do("acme", "resumePayouts")
