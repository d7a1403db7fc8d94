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
from adapters.store.connection.address import Address
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Settlement
from adapters.store.money.refunds import OrderRefund
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from engine.settlement.machine import SettlementState
from services.payments.gateways import GatewayCredentials
from services.workers.comparing import Reconciler
from services.workers.settling import Settler
from takeback.components import Components, made
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

    parts: Components
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
                    ways=PaymentReferences(charge=charge, customer=customer),
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
def service(address: Address) -> Iterator[Desk]:
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
            said = GatewayCredentials(partner=supplier.id, key=KEY, signing=(NEW, OLD))
        with parts.store.session():
            parts.gateways.put(said, "acme")
        with TestClient(application(parts, Profile.DEVELOPMENT)) as http:
            service = Desk(parts, stripe, http, supplier.id, passed)
            service.work()  # the first comparison
            yield service
        parts.close()


@pytest.mark.parametrize("seed", range(4))
def test_events_that_are_doubled_shuffled_and_late_end_in_stripes_state(
    service: Desk, seed: int
) -> None:
    for at, method in enumerate(("pm_card_visa", "pm_card_pendingRefund", "pm_card_refundFail")):
        service.paid(method, f"po_{at}")
        service.refund(order=f"po_{at}")
        service.refund(order=f"po_{at}")
    service.work()
    early = service.events()
    service.stripe.move_on(at_once=True)
    draw = random.Random(seed)
    told = [*service.events(), *service.events(), *early]
    draw.shuffle(told)

    for event in told:
        assert service.tell(event, draw.choice((OLD, NEW))) == 200
        if draw.random() < 0.3:
            service.work()
    service.work()

    assert service.as_stripe_says()


def test_a_late_failure_is_told_and_an_older_event_after_it_changes_nothing(service: Desk) -> None:
    service.paid("pm_card_refundFail")
    key = service.refund()
    service.work()
    [created] = [each for each in service.events() if each["type"] == "refund.created"]
    service.stripe.move_on(at_once=True)
    [failed] = [each for each in service.events() if each["type"] == "refund.failed"]

    for event in (failed, created):
        service.tell(event)
        service.work()

    found = service.settlement(key)
    assert (found.state, found.trouble) == (S.FAILED, "expired_or_canceled_card")


def test_an_event_is_acted_on_once(service: Desk) -> None:
    service.paid()
    key = service.refund()
    service.work()
    [event] = [each for each in service.events() if each["type"] == "refund.created"]
    service.tell(event)
    service.work()
    polls = service.settlement(key).polls

    assert service.tell(event) == 200
    service.work()

    assert service.settlement(key).polls == polls


@pytest.mark.parametrize("late", [-301, 360])
def test_a_stale_or_future_signature_is_refused(service: Desk, late: int) -> None:
    assert service.tell(forged(), at=time.time() + late) == 400


def forged() -> Event:
    return {"id": "evt_1", "type": "x", "data": {"object": {"object": "refund", "id": "re_1"}}}


def test_what_is_forged_is_refused_and_says_nothing_of_who_has_an_account(service: Desk) -> None:
    text = json.dumps(forged())
    signed = WebhookSignature.generate_signature_header(text, "whsec_stranger", int(time.time()))

    for partner in ("acme", "nobody", "x" * 300):
        assert service.post(text, signed, partner) == 400
        assert service.post(text, "", partner) == 400
    assert service.post(text + " ", signed) == 400


def test_what_is_too_large_is_not_read(service: Desk) -> None:
    assert service.post("x" * (MOST_BYTES + 1), "t=1,v1=00") == 400


def test_an_event_of_another_account_is_taken_and_changes_nothing(service: Desk) -> None:
    service.paid()
    key = service.refund()
    service.work()
    before = service.settlement(key)
    [event] = [each for each in service.events() if each["type"] == "refund.created"]

    assert service.tell({**event, "id": "evt_other", "account": "acct_other"}) == 200
    service.work()

    assert service.settlement(key) == before


def test_a_connected_account_hears_of_itself_only(service: Desk) -> None:
    store = service.parts.store
    key, ours = connected(service, "globex", (OLD,))
    event = {**forged(), "api_version": None}
    for account in ("acct_acme", ours, None):
        text = json.dumps({**event, "id": f"evt_{account}", "account": account})
        signed = WebhookSignature.generate_signature_header(text, OLD, int(time.time()))
        assert service.post(text, signed, "globex") == 200

    with store.writing():
        taken = [store.inbox.first(key, f"evt_{each}", "x") for each in ("acct_acme", None)]
        assert taken == [True, True]
        assert not store.inbox.first(key, f"evt_{ours}", "x")


def connected(service: Desk, handle: str, signing: tuple[str, ...] = ()) -> tuple[str, str]:
    """A supplier whose account is connected to the operator's, and that account."""
    account = str(service.stripe.account(account_of(PLATFORM)).connect.create_account({})["id"])
    with service.parts.store.session():
        supplier = service.parts.store.partners.add(handle, handle.title(), Kind.SUPPLIER)
    with service.parts.store.session():
        said = GatewayCredentials(partner=supplier.id, account=account, signing=signing)
        service.parts.gateways.put(said, "operator")
    return supplier.id, account


def connected_refund(service: Desk, supplier: str, account: str, *, sent_on: bool) -> str:
    """A refund that succeeds and comes back later, of a direct or of a destination charge."""
    form: Event = {"amount": "9000", "currency": "usd", "payment_method": "pm_card_refundFail"}
    form |= {"confirm": "true", "application_fee_amount": "900"}
    form |= {"transfer_data": {"destination": account}} if sent_on else {}
    world = service.stripe.account(account_of(PLATFORM) if sent_on else account)
    charge = str(world.payments.create_payment_intent(form)["id"])
    order = f"po_{supplier}_{sent_on}"
    with service.parts.store.writing():
        service.parts.store.payments.add(
            NewPayment(
                supplier=supplier,
                retailer="northwind",
                order=order,
                amount=Money(9_000, "USD"),
                ways=PaymentReferences(charge=charge),
                by="tests",
            )
        )
    with service.parts.store.writing():
        said = OrderRefund(order=order, payee=supplier, amount=3_000)
        return service.parts.store.refunds.refund(said, "broken", "acme").id


def tell_all(service: Desk, account: str) -> None:
    """All that Stripe has to tell of an account, at the one endpoint of all connected accounts."""
    for event in service.stripe.ledger.listed(account, "event")[::-1]:
        text = json.dumps(event)
        signed = WebhookSignature.generate_signature_header(text, CONNECT, int(time.time()))
        assert service.post_connected(text, signed) == 200


@pytest.mark.parametrize("sent_on", [True, False])
def test_one_endpoint_hears_of_all_connected_accounts(service: Desk, *, sent_on: bool) -> None:
    partners = [connected(service, handle) for handle in ("globex", "initech")]
    service.work()  # their first comparison
    keys = [connected_refund(service, *each, sent_on=sent_on) for each in partners]
    service.work()
    assert [service.settlement(each).state for each in keys] == [S.SUCCEEDED] * 2
    service.stripe.move_on(at_once=True)

    for account in {account_of(PLATFORM)} if sent_on else {partners[0][1]}:
        tell_all(service, account)
    service.work()

    states = [service.settlement(each).state for each in keys]
    assert states == [S.FAILED, S.FAILED if sent_on else S.SUCCEEDED]


def test_a_dispute_of_a_destination_charge_holds_it(service: Desk) -> None:
    supplier, account = connected(service, "globex")
    key = connected_refund(service, supplier, account, sent_on=True)
    world = service.stripe.account(account_of(PLATFORM))
    [charge] = service.stripe.ledger.listed(account_of(PLATFORM), "charge")
    world.disputes.open(charge)

    tell_all(service, account_of(PLATFORM))
    service.work()

    assert service.settlement(key).trouble == "disputed"


def test_an_account_that_nobody_has_is_answered_alike_and_named(service: Desk) -> None:
    _, account = connected(service, "globex")
    for at, named in enumerate(("acct_stranger", account, "acct_stranger")):
        text = json.dumps({**forged(), "id": f"evt_{at}", "account": named})
        signed = WebhookSignature.generate_signature_header(text, CONNECT, int(time.time()))
        wrong = WebhookSignature.generate_signature_header(text, NEW, int(time.time()))
        assert service.post_connected(text, signed) == 200
        assert service.post_connected(text, wrong) == 400

    with service.parts.store.session():
        [stranger] = service.parts.store.inbox.strangers()
    assert (stranger.account, stranger.type) == ("acct_stranger", "x")


def test_an_event_of_another_api_version_makes_us_ask(service: Desk) -> None:
    service.paid("pm_card_refundFail")
    key = service.refund()
    service.work()
    service.stripe.move_on(at_once=True)

    service.tell({**forged(), "api_version": "2030-01-01.other"})
    service.work()

    assert service.settlement(key).state is S.FAILED


def disputed(service: Desk, charge: str, *statuses: str) -> None:
    """The payer of a charge goes to its bank at the stand-in, which goes on from state to state."""
    disputes = service.account.disputes
    intent = service.account.payments.payment_intent(charge)
    start = INQUIRY if statuses[0].startswith("warning") else OPENED
    made = disputes.open(service.account.payments.charge(intent["latest_charge"]), status=start)
    for status in statuses:
        if status != start:
            disputes.move(made["id"], status)


def held(service: Desk) -> bool:
    with service.parts.store.session():
        [paid] = service.parts.store.payments.of_order("po_1", service.supplier)
        return service.parts.store.refunds.is_disputed(paid.id)


@pytest.mark.parametrize("version", [None, "2019-01-01", "2031-01-01.other"])
@pytest.mark.parametrize("end", ["won", "lost", "needs_response", "warning_needs_response"])
def test_whatever_an_event_says_of_a_dispute_it_is_as_stripe_shows_it(
    service: Desk, end: str, version: str | None
) -> None:
    disputed(
        service, service.paid(), *(["needs_response", end] if end in ("won", "lost") else [end])
    )
    [*_, event] = [each for each in service.events() if "dispute" in each["type"]]
    for at, status in enumerate(("won", "lost", "needs_response", "warning_closed")):
        about = {**event["data"]["object"], "status": status}
        said = {**event, "id": f"evt_{at}", "data": {"object": about}}
        assert service.tell(said if version is None else {**said, "api_version": version}) == 200

    assert held(service) is (end in ("lost", "needs_response"))


def test_a_dispute_that_no_account_of_the_partner_has_changes_nothing(service: Desk) -> None:
    charge = service.paid()
    about = {"object": "dispute", "id": "dp_other", "payment_intent": charge, "status": "lost"}
    version = service.stripe.ledger.listed(account_of(KEY), "event")[0]["api_version"]
    event = {**forged(), "data": {"object": about}, "api_version": version}

    assert service.tell({**event, "type": "charge.dispute.closed"}) == 200

    assert not held(service)


def test_what_a_dispute_holds_goes_on_when_it_is_won(service: Desk) -> None:
    charge = service.paid()
    key = service.refund()
    disputed(service, charge, "needs_response")
    service.work()
    assert (service.settlement(key).state, service.settlement(key).trouble) == (
        S.NEEDS_ATTENTION,
        "disputed",
    )
    assert not service.stripe.ledger.listed(account_of(KEY), "refund")

    [dispute] = service.stripe.ledger.listed(account_of(KEY), "dispute")
    service.account.disputes.move(dispute["id"], "won")
    for event in service.events():
        service.tell(event)
    service.work()

    assert service.settlement(key).state is S.SUCCEEDED


def test_what_was_lost_in_a_dispute_counts_as_given_back(service: Desk) -> None:
    disputed(service, service.paid(), "needs_response", "lost")
    for event in service.events():
        service.tell(event)

    with service.parts.store.session():
        [paid] = service.parts.store.payments.of_order("po_1", service.supplier)
        assert service.parts.store.refunds.left_of(paid.id) == Money(0, "USD")


def test_a_comparison_reads_disputes_that_no_event_told(service: Desk) -> None:
    charge = service.paid()
    disputed(service, charge, "needs_response")
    service.clock[0] += timedelta(hours=2)
    service.work()
    assert held(service)

    [dispute] = service.stripe.ledger.listed(account_of(KEY), "dispute")
    service.account.disputes.move(dispute["id"], "won")
    service.clock[0] += timedelta(hours=2)
    service.work()

    assert not held(service)


def unread(service: Desk) -> list[tuple[str, str, int, str]]:
    with service.parts.store.session():
        found = service.parts.store.unread.newest(service.supplier)
    return [(each.type, each.why, each.times, each.reference) for each in found]


def named(service: Desk) -> list[str]:
    """What the journal says of events that are not understood."""
    with service.parts.store.session():
        found = service.parts.store.journal.after(service.supplier, 0, 1_000)
    return [each.body for each in found if each.fact == "event_not_read"]


def test_a_dispute_that_the_key_may_not_read_is_kept_named_and_read_later(service: Desk) -> None:
    charge = service.paid()
    key = service.refund()
    disputed(service, charge, "needs_response")
    [*_, event] = [each for each in service.events() if "dispute" in each["type"]]
    service.stripe.denied.add("disputes")

    assert service.tell(event) == 200
    assert service.tell({**event, "id": "evt_again"}) == 200

    dispute = str(event["data"]["object"]["id"])
    assert unread(service) == [(event["type"], "not_allowed", 2, dispute)]
    assert len(named(service)) == 1
    service.clock[0] += timedelta(days=40)  # no list of a comparison reaches back to it
    Reconciler(service.parts.store, service.parts.gateways).work()
    assert not held(service)

    service.stripe.denied.clear()
    service.clock[0] += timedelta(hours=2)
    service.work()
    assert (held(service), unread(service)) == (True, [])
    assert service.settlement(key).trouble == "disputed"


@pytest.mark.parametrize(
    "said",
    [
        {"data": {"object": {"object": "payout", "id": "po_1"}}},
        {"data": {"object": {"object": "dispute", "id": "du_none", "status": "lost"}}},
        {"related_object": {"type": "v2.core.account", "id": "acct_1"}},
    ],
    ids=["kind", "object", "thin"],
)
def test_what_is_not_understood_is_named_and_not_forgotten(service: Desk, said: Event) -> None:
    for at in range(3):
        event = {"id": f"evt_{at}", "type": "strange.thing", "api_version": "2031-01-01.x", **said}
        assert service.tell(event) == 200

    [(type_, why, times, reference)] = unread(service)
    assert (type_, times, reference) == ("strange.thing", 3, "")
    assert why == ("not_found" if "dispute" in str(said) else "unknown_kind")
    assert [json.loads(each)["type"] for each in named(service)] == ["strange.thing"]


def test_an_event_that_only_names_its_refund_is_looked_at(service: Desk) -> None:
    service.paid("pm_card_refundFail")
    key = service.refund()
    service.work()
    service.stripe.move_on(at_once=True)
    about = {"type": "refund", "id": service.settlement(key).reference}

    assert service.tell({"id": "evt_thin", "type": "refund.failed", "related_object": about}) == 200
    service.work()

    assert (service.settlement(key).state, unread(service)) == (S.FAILED, [])


def test_a_refund_by_hand_that_is_told_is_adopted_soon(service: Desk) -> None:
    charge = service.paid()
    service.account.payments.create_refund({"payment_intent": charge, "amount": "2000"})

    for event in service.events():
        service.tell(event)
    service.work()

    with service.parts.store.session():
        [paid] = service.parts.store.payments.of_order("po_1", service.supplier)
        assert service.parts.store.refunds.left_of(paid.id) == Money(7_000, "USD")


def test_a_credit_by_hand_that_is_told_is_adopted_soon(service: Desk) -> None:
    customer = str(service.account.payments.create_customer({})["id"])
    charge = service.paid(customer=customer)
    service.account.balances.create(customer, {"amount": "-2000", "currency": "usd"})

    for event in service.events():
        assert service.tell(event) == 200
    service.work()

    with service.parts.store.session():
        [paid] = service.parts.store.payments.of_order("po_1", service.supplier)
        assert paid.ways.charge == charge
        assert service.parts.store.refunds.left_of(paid.id) == Money(7_000, "USD")


def test_events_are_forgotten_when_nobody_repeats_them_any_more(service: Desk) -> None:
    store = service.parts.store
    with store.writing():
        assert store.inbox.first("acme", "evt_1", "refund.created")
        assert store.inbox.forget() == 0
    service.clock[0] = timedelta(days=41)

    with store.writing():
        assert store.inbox.forget() == 1
        assert store.inbox.first("acme", "evt_1", "refund.created")
