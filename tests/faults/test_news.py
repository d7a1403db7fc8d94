"""Whatever comes of a webhook, doubled, shuffled, late or forged, our state ends as Stripe's."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient
from stripe import WebhookSignature

from adapters.gateways.simulated.calls import Account, account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.webhooks import MOST_BYTES
from adapters.identity.principal import Kind
from adapters.identity.vault import new_master_key
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Settlement
from adapters.store.money.refunds import OrderRefund
from adapters.store.place.address import Address
from engine.money import Money
from engine.settlement.instruments import Ways
from engine.settlement.machine import SettlementState
from services.payments.gateways import Said
from services.workers.comparing import Reconciler
from services.workers.settling import Settler
from takeback.parts import Parts, made
from takeback.server import application
from takeback.settings import Profile, Settings

KEY, PLATFORM = "rk_test_acme", "rk_test_platform"
OLD, NEW = "whsec_0123456789old", "whsec_0123456789new"
S = SettlementState
STATES = {"succeeded": S.SUCCEEDED, "pending": S.SUBMITTED, "failed": S.FAILED}
Event = dict[str, Any]


@dataclass(slots=True)
class Desk:
    """A server of a supplier with a stand-in for Stripe; webhooks are posted by the tests."""

    parts: Parts
    stripe: SimulatedStripe
    http: TestClient
    supplier: str
    clock: list[timedelta]

    @property
    def account(self) -> Account:
        return self.stripe.account(account_of(KEY))

    def paid(self, method: str = "pm_card_visa", order: str = "po_1") -> str:
        said = {"amount": "9000", "currency": "usd", "payment_method": method, "confirm": "true"}
        charge = str(self.account.payments.create_payment_intent(said)["id"])
        with self.parts.store.writing():
            self.parts.store.payments.add(
                NewPayment(
                    supplier=self.supplier,
                    retailer="northwind",
                    order=order,
                    amount=Money(9_000, "USD"),
                    ways=Ways(charge=charge),
                    by="tests",
                )
            )
        return charge

    def refund(self, cents: int = 3_000, order: str = "po_1") -> str:
        with self.parts.store.writing():
            said = OrderRefund(order=order, payee=self.supplier, amount=cents)
            return self.parts.store.refunds.refund(said, "broken", "acme").id

    def work(self) -> None:
        """Workers do all that is due, comparisons first, which find more to do."""
        store, gateways = self.parts.store, self.parts.gateways
        while Reconciler(store, gateways).work() or Settler(store, gateways.of).work():
            pass

    def settlement(self, key: str) -> Settlement:
        with self.parts.store.session():
            found = self.parts.store.settlements.by_id(key)
        assert found is not None
        return found

    def events(self) -> list[Event]:
        """All that Stripe has to tell, oldest first."""
        return self.stripe.ledger.listed(account_of(KEY), "event")[::-1]

    def tell(self, event: Event, secret: str = NEW, at: float | None = None) -> int:
        text = json.dumps(event)
        moment = int(time.time() if at is None else at)
        signed = WebhookSignature.generate_signature_header(text, secret, moment)
        return self.post(text, signed)

    def post(self, text: str, signed: str, partner: str = "acme") -> int:
        answer = self.http.post(
            f"/webhooks/stripe/{partner}", content=text, headers={"stripe-signature": signed}
        )
        return int(answer.status_code)

    def as_stripe_says(self) -> bool:
        """Whether each settlement that was sent has the state that Stripe gives its refund."""
        for refund in self.stripe.ledger.listed(account_of(KEY), "refund"):
            ours = self.settlement(refund["metadata"]["settlement_id"])
            if (ours.state, ours.reference) != (STATES[refund["status"]], refund["id"]):
                return False
        return True


@pytest.fixture
def desk(address: Address) -> Iterator[Desk]:
    passed = [timedelta()]
    with SimulatedStripe(later=3_600) as stripe:
        settings = Settings(
            database=address,
            master_keys=(new_master_key(),),
            stripe_api_base=stripe.address,
            stripe_platform_key=PLATFORM,
        )
        parts = made(settings, lambda: datetime.now(UTC) + sum(passed, timedelta()))
        with parts.store.session():
            supplier = parts.store.partners.add("acme", "Acme", Kind.SUPPLIER)
            said = Said(partner=supplier.id, key=KEY, signing=(NEW, OLD))
        with parts.store.session():
            parts.gateways.put(said, "acme")
        with TestClient(application(parts, Profile.DEVELOPMENT)) as http:
            desk = Desk(parts, stripe, http, supplier.id, passed)
            desk.work()  # the first comparison
            yield desk
        parts.close()


@pytest.mark.parametrize("seed", range(4))
def test_events_that_are_doubled_shuffled_and_late_end_in_stripes_state(
    desk: Desk, seed: int
) -> None:
    for at, method in enumerate(("pm_card_visa", "pm_card_pendingRefund", "pm_card_refundFail")):
        desk.paid(method, f"po_{at}")
        desk.refund(order=f"po_{at}")
        desk.refund(order=f"po_{at}")
    desk.work()
    early = desk.events()
    desk.stripe.move_on(at_once=True)
    draw = random.Random(seed)
    told = [*desk.events(), *desk.events(), *early]
    draw.shuffle(told)

    for event in told:
        assert desk.tell(event, draw.choice((OLD, NEW))) == 200
        if draw.random() < 0.3:
            desk.work()
    desk.work()

    assert desk.as_stripe_says()


def test_a_late_failure_is_told_and_an_older_event_after_it_changes_nothing(desk: Desk) -> None:
    desk.paid("pm_card_refundFail")
    key = desk.refund()
    desk.work()
    [created] = [each for each in desk.events() if each["type"] == "refund.created"]
    desk.stripe.move_on(at_once=True)
    [failed] = [each for each in desk.events() if each["type"] == "refund.failed"]

    for event in (failed, created):
        desk.tell(event)
        desk.work()

    found = desk.settlement(key)
    assert (found.state, found.trouble) == (S.FAILED, "expired_or_canceled_card")


def test_an_event_is_acted_on_once(desk: Desk) -> None:
    desk.paid()
    key = desk.refund()
    desk.work()
    [event] = [each for each in desk.events() if each["type"] == "refund.created"]
    desk.tell(event)
    desk.work()
    polls = desk.settlement(key).polls

    assert desk.tell(event) == 200
    desk.work()

    assert desk.settlement(key).polls == polls


@pytest.mark.parametrize("late", [-301, 360])
def test_a_stale_or_future_signature_is_refused(desk: Desk, late: int) -> None:
    assert desk.tell(forged(), at=time.time() + late) == 400


def forged() -> Event:
    return {"id": "evt_1", "type": "x", "data": {"object": {"object": "refund", "id": "re_1"}}}


def test_what_is_forged_is_refused_and_says_nothing_of_who_has_an_account(desk: Desk) -> None:
    text = json.dumps(forged())
    signed = WebhookSignature.generate_signature_header(text, "whsec_stranger", int(time.time()))

    for partner in ("acme", "nobody", "x" * 300):
        assert desk.post(text, signed, partner) == 400
        assert desk.post(text, "", partner) == 400
    assert desk.post(text + " ", signed) == 400


def test_what_is_too_large_is_not_read(desk: Desk) -> None:
    assert desk.post("x" * (MOST_BYTES + 1), "t=1,v1=00") == 413


def test_an_event_of_another_account_is_taken_and_changes_nothing(desk: Desk) -> None:
    desk.paid()
    key = desk.refund()
    desk.work()
    before = desk.settlement(key)
    [event] = [each for each in desk.events() if each["type"] == "refund.created"]

    assert desk.tell({**event, "id": "evt_other", "account": "acct_other"}) == 200
    desk.work()

    assert desk.settlement(key) == before


def test_a_connected_account_hears_of_itself_only(desk: Desk) -> None:
    store = desk.parts.store
    with store.session():
        globex = store.partners.add("globex", "Globex", Kind.SUPPLIER)
    with store.session():
        desk.parts.gateways.put(
            Said(partner=globex.id, account="acct_globex", signing=(OLD,)), "operator"
        )
    event = {**forged(), "api_version": None}
    for account in ("acct_acme", "acct_globex", None):
        text = json.dumps({**event, "id": f"evt_{account}", "account": account})
        signed = WebhookSignature.generate_signature_header(text, OLD, int(time.time()))
        assert desk.post(text, signed, "globex") == 200

    with store.writing():
        taken = [store.inbox.first(globex.id, f"evt_{each}", "x") for each in ("acct_acme", None)]
        assert taken == [True, True]
        assert not store.inbox.first(globex.id, "evt_acct_globex", "x")


def test_an_event_of_another_api_version_makes_us_ask(desk: Desk) -> None:
    desk.paid("pm_card_refundFail")
    key = desk.refund()
    desk.work()
    desk.stripe.move_on(at_once=True)

    desk.tell({**forged(), "api_version": "2030-01-01.other"})
    desk.work()

    assert desk.settlement(key).state is S.FAILED


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_dispute_holds_money_back_until_it_is_won(desk: Desk, end: str) -> None:
    charge = desk.paid()
    about = {"object": "dispute", "id": "dp_1", "charge": "ch_1", "payment_intent": charge}
    statuses = ["needs_response", "under_review", end]
    random.Random(1).shuffle(statuses)
    for at, status in enumerate([*statuses, "needs_response"]):
        said = {"data": {"object": {**about, "status": status}}, "id": f"evt_{at}"}
        version = desk.events()[0]["api_version"]
        event = {**forged(), **said, "type": "charge.dispute.updated", "api_version": version}
        assert desk.tell(event) == 200

    with desk.parts.store.session():
        [paid] = desk.parts.store.payments.of_order("po_1", desk.supplier)
        assert desk.parts.store.refunds.is_disputed(paid.id) is (end == "lost")


def test_a_refund_by_hand_that_is_told_is_adopted_soon(desk: Desk) -> None:
    charge = desk.paid()
    desk.account.payments.create_refund({"payment_intent": charge, "amount": "2000"})

    for event in desk.events():
        desk.tell(event)
    desk.work()

    with desk.parts.store.session():
        [paid] = desk.parts.store.payments.of_order("po_1", desk.supplier)
        assert desk.parts.store.refunds.left_of(paid.id) == Money(7_000, "USD")


def test_events_are_forgotten_when_nobody_repeats_them_any_more(desk: Desk) -> None:
    store = desk.parts.store
    with store.writing():
        assert store.inbox.first("acme", "evt_1", "refund.created")
        assert store.inbox.forget() == 0
    desk.clock[0] = timedelta(days=41)

    with store.writing():
        assert store.inbox.forget() == 1
        assert store.inbox.first("acme", "evt_1", "refund.created")
