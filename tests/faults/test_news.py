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

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.objects.account import Account
from adapters.gateways.simulated.objects.disputes import INQUIRY, OPENED
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
CONNECT = "whsec_0123456789connect"
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

    def paid(self, method: str = "pm_card_visa", order: str = "po_1", customer: str = "") -> str:
        said = {"amount": "9000", "currency": "usd", "payment_method": method, "confirm": "true"}
        said |= {"customer": customer} if customer else {}
        charge = str(self.account.payments.create_payment_intent(said)["id"])
        with self.parts.store.writing():
            self.parts.store.payments.add(
                NewPayment(
                    supplier=self.supplier,
                    retailer="northwind",
                    order=order,
                    amount=Money(9_000, "USD"),
                    ways=Ways(charge=charge, customer=customer),
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

    def post_connected(self, text: str, signed: str) -> int:
        headers = {"stripe-signature": signed}
        answer = self.http.post("/webhooks/stripe-connect", content=text, headers=headers)
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
            stripe_connect_secrets=(CONNECT,),
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
    assert desk.post("x" * (MOST_BYTES + 1), "t=1,v1=00") == 400


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
    key, ours = connected(desk, "globex", (OLD,))
    event = {**forged(), "api_version": None}
    for account in ("acct_acme", ours, None):
        text = json.dumps({**event, "id": f"evt_{account}", "account": account})
        signed = WebhookSignature.generate_signature_header(text, OLD, int(time.time()))
        assert desk.post(text, signed, "globex") == 200

    with store.writing():
        taken = [store.inbox.first(key, f"evt_{each}", "x") for each in ("acct_acme", None)]
        assert taken == [True, True]
        assert not store.inbox.first(key, f"evt_{ours}", "x")


def connected(desk: Desk, handle: str, signing: tuple[str, ...] = ()) -> tuple[str, str]:
    """A supplier whose account is connected to the operator's, and that account."""
    account = str(desk.stripe.account(account_of(PLATFORM)).connect.create_account({})["id"])
    with desk.parts.store.session():
        supplier = desk.parts.store.partners.add(handle, handle.title(), Kind.SUPPLIER)
    with desk.parts.store.session():
        said = Said(partner=supplier.id, account=account, signing=signing)
        desk.parts.gateways.put(said, "operator")
    return supplier.id, account


def connected_refund(desk: Desk, supplier: str, account: str, *, sent_on: bool) -> str:
    """A refund that succeeds and comes back later, of a direct or of a destination charge."""
    form: Event = {"amount": "9000", "currency": "usd", "payment_method": "pm_card_refundFail"}
    form |= {"confirm": "true", "application_fee_amount": "900"}
    form |= {"transfer_data": {"destination": account}} if sent_on else {}
    world = desk.stripe.account(account_of(PLATFORM) if sent_on else account)
    charge = str(world.payments.create_payment_intent(form)["id"])
    order = f"po_{supplier}_{sent_on}"
    with desk.parts.store.writing():
        desk.parts.store.payments.add(
            NewPayment(
                supplier=supplier,
                retailer="northwind",
                order=order,
                amount=Money(9_000, "USD"),
                ways=Ways(charge=charge),
                by="tests",
            )
        )
    with desk.parts.store.writing():
        said = OrderRefund(order=order, payee=supplier, amount=3_000)
        return desk.parts.store.refunds.refund(said, "broken", "acme").id


def tell_all(desk: Desk, account: str) -> None:
    """All that Stripe has to tell of an account, at the one endpoint of all connected accounts."""
    for event in desk.stripe.ledger.listed(account, "event")[::-1]:
        text = json.dumps(event)
        signed = WebhookSignature.generate_signature_header(text, CONNECT, int(time.time()))
        assert desk.post_connected(text, signed) == 200


@pytest.mark.parametrize("sent_on", [True, False])
def test_one_endpoint_hears_of_all_connected_accounts(desk: Desk, *, sent_on: bool) -> None:
    partners = [connected(desk, handle) for handle in ("globex", "initech")]
    desk.work()  # their first comparison
    keys = [connected_refund(desk, *each, sent_on=sent_on) for each in partners]
    desk.work()
    assert [desk.settlement(each).state for each in keys] == [S.SUCCEEDED] * 2
    desk.stripe.move_on(at_once=True)

    for account in {account_of(PLATFORM)} if sent_on else {partners[0][1]}:
        tell_all(desk, account)
    desk.work()

    states = [desk.settlement(each).state for each in keys]
    assert states == [S.FAILED, S.FAILED if sent_on else S.SUCCEEDED]


def test_a_dispute_of_a_destination_charge_holds_it(desk: Desk) -> None:
    supplier, account = connected(desk, "globex")
    key = connected_refund(desk, supplier, account, sent_on=True)
    world = desk.stripe.account(account_of(PLATFORM))
    [charge] = desk.stripe.ledger.listed(account_of(PLATFORM), "charge")
    world.disputes.open(charge)

    tell_all(desk, account_of(PLATFORM))
    desk.work()

    assert desk.settlement(key).trouble == "disputed"


def test_an_account_that_nobody_has_is_answered_alike_and_named(desk: Desk) -> None:
    _, account = connected(desk, "globex")
    for at, named in enumerate(("acct_stranger", account, "acct_stranger")):
        text = json.dumps({**forged(), "id": f"evt_{at}", "account": named})
        signed = WebhookSignature.generate_signature_header(text, CONNECT, int(time.time()))
        wrong = WebhookSignature.generate_signature_header(text, NEW, int(time.time()))
        assert desk.post_connected(text, signed) == 200
        assert desk.post_connected(text, wrong) == 400

    with desk.parts.store.session():
        [stranger] = desk.parts.store.inbox.strangers()
    assert (stranger.account, stranger.type) == ("acct_stranger", "x")


def test_an_event_of_another_api_version_makes_us_ask(desk: Desk) -> None:
    desk.paid("pm_card_refundFail")
    key = desk.refund()
    desk.work()
    desk.stripe.move_on(at_once=True)

    desk.tell({**forged(), "api_version": "2030-01-01.other"})
    desk.work()

    assert desk.settlement(key).state is S.FAILED


def disputed(desk: Desk, charge: str, *statuses: str) -> None:
    """The payer of a charge goes to its bank at the stand-in, which goes on from state to state."""
    disputes = desk.account.disputes
    intent = desk.account.payments.payment_intent(charge)
    start = INQUIRY if statuses[0].startswith("warning") else OPENED
    made = disputes.open(desk.account.payments.charge(intent["latest_charge"]), status=start)
    for status in statuses:
        if status != start:
            disputes.move(made["id"], status)


def held(desk: Desk) -> bool:
    with desk.parts.store.session():
        [paid] = desk.parts.store.payments.of_order("po_1", desk.supplier)
        return desk.parts.store.refunds.is_disputed(paid.id)


@pytest.mark.parametrize("version", [None, "2019-01-01", "2031-01-01.other"])
@pytest.mark.parametrize("end", ["won", "lost", "needs_response", "warning_needs_response"])
def test_whatever_an_event_says_of_a_dispute_it_is_as_stripe_shows_it(
    desk: Desk, end: str, version: str | None
) -> None:
    disputed(desk, desk.paid(), *(["needs_response", end] if end in ("won", "lost") else [end]))
    [*_, event] = [each for each in desk.events() if "dispute" in each["type"]]
    for at, status in enumerate(("won", "lost", "needs_response", "warning_closed")):
        about = {**event["data"]["object"], "status": status}
        said = {**event, "id": f"evt_{at}", "data": {"object": about}}
        assert desk.tell(said if version is None else {**said, "api_version": version}) == 200

    assert held(desk) is (end in ("lost", "needs_response"))


def test_a_dispute_that_no_account_of_the_partner_has_changes_nothing(desk: Desk) -> None:
    charge = desk.paid()
    about = {"object": "dispute", "id": "dp_other", "payment_intent": charge, "status": "lost"}
    version = desk.stripe.ledger.listed(account_of(KEY), "event")[0]["api_version"]
    event = {**forged(), "data": {"object": about}, "api_version": version}

    assert desk.tell({**event, "type": "charge.dispute.closed"}) == 200

    assert not held(desk)


def test_what_a_dispute_holds_goes_on_when_it_is_won(desk: Desk) -> None:
    charge = desk.paid()
    key = desk.refund()
    disputed(desk, charge, "needs_response")
    desk.work()
    assert (desk.settlement(key).state, desk.settlement(key).trouble) == (
        S.NEEDS_ATTENTION,
        "disputed",
    )
    assert not desk.stripe.ledger.listed(account_of(KEY), "refund")

    [dispute] = desk.stripe.ledger.listed(account_of(KEY), "dispute")
    desk.account.disputes.move(dispute["id"], "won")
    for event in desk.events():
        desk.tell(event)
    desk.work()

    assert desk.settlement(key).state is S.SUCCEEDED


def test_what_was_lost_in_a_dispute_counts_as_given_back(desk: Desk) -> None:
    disputed(desk, desk.paid(), "needs_response", "lost")
    for event in desk.events():
        desk.tell(event)

    with desk.parts.store.session():
        [paid] = desk.parts.store.payments.of_order("po_1", desk.supplier)
        assert desk.parts.store.refunds.left_of(paid.id) == Money(0, "USD")


def test_a_comparison_reads_disputes_that_no_event_told(desk: Desk) -> None:
    charge = desk.paid()
    disputed(desk, charge, "needs_response")
    desk.clock[0] += timedelta(hours=2)
    desk.work()
    assert held(desk)

    [dispute] = desk.stripe.ledger.listed(account_of(KEY), "dispute")
    desk.account.disputes.move(dispute["id"], "won")
    desk.clock[0] += timedelta(hours=2)
    desk.work()

    assert not held(desk)


def unread(desk: Desk) -> list[tuple[str, str, int, str]]:
    with desk.parts.store.session():
        found = desk.parts.store.unread.newest(desk.supplier)
    return [(each.type, each.why, each.times, each.reference) for each in found]


def named(desk: Desk) -> list[str]:
    """What the journal says of events that are not understood."""
    with desk.parts.store.session():
        found = desk.parts.store.journal.after(desk.supplier, 0, 1_000)
    return [each.body for each in found if each.fact == "event_not_read"]


def test_a_dispute_that_the_key_may_not_read_is_kept_named_and_read_later(desk: Desk) -> None:
    charge = desk.paid()
    key = desk.refund()
    disputed(desk, charge, "needs_response")
    [*_, event] = [each for each in desk.events() if "dispute" in each["type"]]
    desk.stripe.denied.add("disputes")

    assert desk.tell(event) == 200
    assert desk.tell({**event, "id": "evt_again"}) == 200

    dispute = str(event["data"]["object"]["id"])
    assert unread(desk) == [(event["type"], "not_allowed", 2, dispute)]
    assert len(named(desk)) == 1
    desk.clock[0] += timedelta(days=40)  # no list of a comparison reaches back to it
    Reconciler(desk.parts.store, desk.parts.gateways).work()
    assert not held(desk)

    desk.stripe.denied.clear()
    desk.clock[0] += timedelta(hours=2)
    desk.work()
    assert (held(desk), unread(desk)) == (True, [])
    assert desk.settlement(key).trouble == "disputed"


@pytest.mark.parametrize(
    "said",
    [
        {"data": {"object": {"object": "payout", "id": "po_1"}}},
        {"data": {"object": {"object": "dispute", "id": "du_none", "status": "lost"}}},
        {"related_object": {"type": "v2.core.account", "id": "acct_1"}},
    ],
    ids=["kind", "object", "thin"],
)
def test_what_is_not_understood_is_named_and_not_forgotten(desk: Desk, said: Event) -> None:
    for at in range(3):
        event = {"id": f"evt_{at}", "type": "strange.thing", "api_version": "2031-01-01.x", **said}
        assert desk.tell(event) == 200

    [(type_, why, times, reference)] = unread(desk)
    assert (type_, times, reference) == ("strange.thing", 3, "")
    assert why == ("not_found" if "dispute" in str(said) else "unknown_kind")
    assert [json.loads(each)["type"] for each in named(desk)] == ["strange.thing"]


def test_an_event_that_only_names_its_refund_is_looked_at(desk: Desk) -> None:
    desk.paid("pm_card_refundFail")
    key = desk.refund()
    desk.work()
    desk.stripe.move_on(at_once=True)
    about = {"type": "refund", "id": desk.settlement(key).reference}

    assert desk.tell({"id": "evt_thin", "type": "refund.failed", "related_object": about}) == 200
    desk.work()

    assert (desk.settlement(key).state, unread(desk)) == (S.FAILED, [])


def test_a_refund_by_hand_that_is_told_is_adopted_soon(desk: Desk) -> None:
    charge = desk.paid()
    desk.account.payments.create_refund({"payment_intent": charge, "amount": "2000"})

    for event in desk.events():
        desk.tell(event)
    desk.work()

    with desk.parts.store.session():
        [paid] = desk.parts.store.payments.of_order("po_1", desk.supplier)
        assert desk.parts.store.refunds.left_of(paid.id) == Money(7_000, "USD")


def test_a_credit_by_hand_that_is_told_is_adopted_soon(desk: Desk) -> None:
    customer = str(desk.account.payments.create_customer({})["id"])
    charge = desk.paid(customer=customer)
    desk.account.balances.create(customer, {"amount": "-2000", "currency": "usd"})

    for event in desk.events():
        assert desk.tell(event) == 200
    desk.work()

    with desk.parts.store.session():
        [paid] = desk.parts.store.payments.of_order("po_1", desk.supplier)
        assert paid.ways.charge == charge
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
