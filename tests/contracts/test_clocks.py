"""No clock of ours decides whether money moves again, and one that is off is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from adapters.store.money.refunds import OrderRefund
from engine.money import Money
from engine.settlement.charges import ChargeRead
from engine.settlement.gateway import Answered, GatewayOutcome, Movement
from engine.settlement.instruments import PaymentReferences
from engine.settlement.machine import SettlementState
from engine.settlement.steps import IN_FLIGHT
from services.payments.comparing import Comparer
from services.payments.gateways import GatewayCredentials, Gateways
from services.workers.settling import LEASE, Settler
from takeback.health import health
from takeback.reports.reconciliation import page

KEY = "rk_test_acme"
HOURS = [-3, 0, 3]


@dataclass(slots=True)
class Clock:
    """Ours, which may be wrong."""

    off: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


@dataclass(slots=True, kw_only=True)
class Till:
    """An order that was paid 100.00 by a charge, or by an invoice that is open."""

    store: Store
    stripe: SimulatedStripe
    gateways: Gateways
    clock: Clock

    def pay(self, way: str) -> None:
        account = self.stripe.account(account_of(KEY))
        customer = str(account.payments.create_customer({})["id"])
        said = {"amount": "10000", "currency": "usd"}
        if way == "credit_note":
            account.invoices.create_item({**said, "customer": customer})
            draft = account.invoices.create({"customer": customer})
            ways = PaymentReferences(invoice=str(account.invoices.finalize(draft["id"], {})["id"]))
        else:
            said |= {"payment_method": "pm_card_visa", "confirm": "true"}
            ways = PaymentReferences(charge=str(account.payments.create_payment_intent(said)["id"]))
        new = NewPayment(
            supplier="acme",
            retailer="northwind",
            order="po_1",
            amount=Money(10_000, "USD"),
            ways=ways,
            by="tests",
        )
        with self.store.writing():
            self.store.payments.add(new)

    def refund(self) -> str:
        said = OrderRefund(order="po_1", payee="acme", amount=4_000)
        with self.store.writing():
            return self.store.refunds.refund(said, "broken", "acme").id

    def moved(self) -> int:
        listed = self.stripe.ledger.listed
        return sum(len(listed(account_of(KEY), kind)) for kind in ("refund", "credit_note"))

    def state(self, key: str) -> SettlementState:
        with self.store.session():
            found = self.store.settlements.by_id(key)
        assert found is not None
        return found.state

    def compare(self) -> None:
        Comparer(self.store, self.gateways).compare("acme", "tests")


@pytest.fixture
def till(address: Address) -> Iterator[Till]:
    clock = Clock()
    store = open_store(address, clock)
    with SimulatedStripe(later=3_600) as stripe:
        gateways = Gateways(store, Vault.of(new_master_key()), base=stripe.address)
        with store.session():
            gateways.put(GatewayCredentials(partner="acme", key=KEY), "acme")
        yield Till(store=store, stripe=stripe, gateways=gateways, clock=clock)
    store.close()


class Crash(BaseException):
    """The process is gone."""


class Interrupted(StripeGateway):
    """Does something right after a movement was sent."""

    then: Callable[[], None]

    def send(self, movement: Movement) -> GatewayOutcome:
        outcome = super().send(movement)
        self.then()
        return outcome


def interrupted(till: Till, then: Callable[[], None]) -> Settler:
    gateway = Interrupted(KEY, base=till.stripe.address, now=till.clock)
    gateway.then = then
    return Settler(till.store, lambda _: gateway, in_flight=0)


def dies() -> None:
    raise Crash


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("way", ["refund", "credit_note"])
def test_what_moved_is_found_whatever_our_clock_said(till: Till, way: str, hours: int) -> None:
    till.pay(way)
    till.clock.off = timedelta(hours=hours)
    key = till.refund()
    with pytest.raises(Crash):
        interrupted(till, dies).work()
    till.store.close()
    till.stripe.ledger.prune_keys()
    till.clock.off += timedelta(hours=4)

    Settler(till.store, till.gateways.of).work()

    assert (till.moved(), till.state(key)) == (1, SettlementState.SUCCEEDED)


@pytest.mark.parametrize("way", ["refund", "credit_note"])
@pytest.mark.parametrize("hours", [1, 96, -96])
def test_a_worker_with_another_clock_breaks_a_lease_and_moves_nothing_twice(
    till: Till, hours: int, way: str
) -> None:
    till.pay(way)
    key = till.refund()
    other = Settler(till.store, till.gateways.of)

    def overtaken() -> None:
        till.clock.off = timedelta(hours=hours, seconds=LEASE)
        assert other.work() == 1
        till.clock.off = timedelta()

    interrupted(till, overtaken).work()

    assert (till.moved(), till.state(key)) == (1, SettlementState.SUCCEEDED)


class Slow(StripeGateway):
    """Does something right after it was asked for the state of the charge."""

    then: Callable[[], None]

    def charge(
        self, ways: PaymentReferences, *, linked: bool = False
    ) -> ChargeRead | GatewayOutcome:
        read = super().charge(ways, linked=linked)
        self.then()
        return read


def refusing(till: Till) -> Settler:
    """A worker that meets a gateway on which nothing can move."""
    other = Settler(till.store, till.gateways.of)
    no = GatewayOutcome(answered=Answered.REFUSED, reason="no", sentence="No.")
    other._refused = lambda *_: no  # type: ignore[method-assign]
    return other


@pytest.mark.parametrize("hours", [0, 1, 96, -96])
@pytest.mark.parametrize("paid", ["again", "by hand"])
def test_what_a_person_paid_while_a_worker_was_slow_is_not_sent_by_it_too(
    till: Till, hours: int, paid: str
) -> None:
    """Its lease is over, or broken by another worker whose clock is off, which was refused."""
    till.pay("refund")
    key = till.refund()

    def overtaken() -> None:
        till.clock.off = timedelta(hours=hours, seconds=LEASE + 1)
        assert refusing(till).work() == 1
        with till.store.writing():
            if paid == "again":
                till.store.resolving.retry(key, "acme")
            else:
                till.store.resolving.paid_by_hand(key, "T-1", "acme")
        till.clock.off += timedelta(seconds=IN_FLIGHT + 1)
        Settler(till.store, till.gateways.of).work()
        till.clock.off = timedelta()

    slow = Slow(KEY, base=till.stripe.address, now=till.clock)
    slow.then = overtaken
    Settler(till.store, lambda _: slow).work()

    assert till.moved() == (1 if paid == "again" else 0)
    assert till.state(key) is SettlementState.SUCCEEDED


@pytest.mark.parametrize("days", [3, 400])
@pytest.mark.parametrize("dead", [True, False])
def test_what_a_worker_with_a_wrong_clock_put_off_is_settled_once_another_looks(
    till: Till, days: int, dead: bool
) -> None:
    till.pay("refund")
    till.clock.off = timedelta(days=days)
    key = till.refund()
    if dead:
        with pytest.raises(Crash):
            interrupted(till, dies).work()
        till.store.close()
    till.clock.off = timedelta()

    Settler(till.store, till.gateways.of).work()

    assert (till.moved(), till.state(key)) == (1, SettlementState.SUCCEEDED)
    assert Settler(till.store, till.gateways.of).work() == 0


def test_an_account_is_compared_though_a_wrong_clock_put_it_off(till: Till) -> None:
    def claimed() -> str | None:
        with till.store.writing():
            return till.store.accounts.claim_comparison()

    till.clock.off = timedelta(days=400)
    assert claimed() == "acme"
    till.clock.off = timedelta()

    assert [claimed(), claimed()] == ["acme", None]


def test_a_clock_that_is_off_is_an_alarm_until_none_was_for_a_while(till: Till) -> None:
    till.pay("refund")
    till.clock.off = timedelta(hours=3)
    till.refund()
    Settler(till.store, till.gateways.of).work()

    with till.store.session():
        off = till.store.payouts.clock("acme")
        facts = [each.fact for each in till.store.journal.after("acme", 0, 100)]
    assert off is not None
    assert abs(off.seconds - 10_800) < 60
    assert facts.count("clock_off") == 1
    assert "ahead of" in _healthy(till.store)["clock"]

    till.compare()
    with till.store.session():
        [done] = till.store.comparing.newest("acme", 5)
    assert abs(done.clock_off - 10_800) < 60
    assert "Our clock is off" in page([("acme", done)])

    till.clock.off = timedelta()
    till.compare()
    with till.store.session():
        assert till.store.payouts.clock("acme") is None
    assert _healthy(till.store) == {"status": "ok"}


def test_a_clock_that_was_days_ahead_hides_nothing_from_the_next_comparison(till: Till) -> None:
    till.pay("refund")
    till.clock.off = timedelta(days=5)
    till.compare()
    till.clock.off = timedelta()
    [intent] = [each["id"] for each in till.stripe.ledger.listed(account_of(KEY), "payment_intent")]
    account = till.stripe.account(account_of(KEY))
    account.payments.create_refund({"payment_intent": intent, "amount": "2500"})

    done = Comparer(till.store, till.gateways).compare("acme", "tests")

    assert [each.amount for each in done.adopted] == ["USD 25.00"]


def _healthy(store: Store) -> dict[str, str]:
    with TestClient(Starlette(routes=[health(store)])) as http:
        said: dict[str, str] = http.get("/health").json()
    return said
