"""A comparison finds what we and the gateway do not agree on, repairs it, and never pays for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.objects.account import Account
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.comparing import Comparison
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Settlement
from adapters.store.money.refunds import OrderRefund
from adapters.store.money.steps import Asked
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.charges import ChargeRead, DisputeRead, not_to_move
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.machine import SettlementState
from engine.settlement.steps import MOST_ATTEMPTS, next_of
from services.payments.comparing import Comparer, meet
from services.payments.gateways import GatewayCredentials, Gateways
from services.payments.looking import look_first
from services.workers.comparing import Reconciler
from services.workers.settling import Settler

KEY = "rk_test_acme"
S = SettlementState


@dataclass(slots=True)
class Clock:
    """A clock that tests move."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Till:
    """A store, a stand-in, and an order that was paid 100.00 by a charge."""

    store: Store
    stripe: SimulatedStripe
    gateways: Gateways
    clock: Clock
    charge: str = ""

    @property
    def account(self) -> Account:
        return self.stripe.account(account_of(KEY))

    def pay(self, method: str = "pm_card_visa") -> None:
        said = {"amount": "10000", "currency": "usd", "payment_method": method, "confirm": "true"}
        self.charge = str(self.account.payments.create_payment_intent(said)["id"])
        with self.store.writing():
            self.store.payments.add(
                NewPayment(
                    supplier="acme",
                    retailer="northwind",
                    order=self.charge,
                    amount=Money(10_000, "USD"),
                    ways=PaymentReferences(charge=self.charge),
                    by="tests",
                )
            )

    def refund(self, cents: int = 3_000) -> str:
        said = OrderRefund(order=self.charge, payee="acme", amount=cents)
        with self.store.writing():
            return self.store.refunds.refund(said, "broken", "acme").id

    def by_hand(self, cents: int, **more: str) -> dict[str, Any]:
        said = {"payment_intent": self.charge, "amount": str(cents), **more}
        return self.account.payments.create_refund(said)

    def settle(self) -> None:
        while Settler(self.store, self.gateways.of).work():
            pass

    def lose(self, *, send: bool) -> Settlement:
        """A settlement of which no answer came, so that a person is asked."""
        with self.store.writing():
            [taken] = self.store.settlements.claim("worker", 80, 1)
        gateway = self.gateways.of("acme")
        assert gateway is not None
        if send:
            gateway.send(taken.movement)
        unknown = GatewayOutcome(answered=Answered.UNKNOWN, reason="timeout")
        standing = taken.standing(self.clock())
        after = next_of(
            type(standing)(
                state=standing.state,
                attempts=MOST_ATTEMPTS,
                generation=1,
                polls=0,
                age=0,
            ),
            unknown,
        )
        with self.store.writing():
            return self.store.settlements.record(taken, "worker", unknown, after)

    def compare(self, since: datetime | None = None) -> Comparison:
        return Comparer(self.store, self.gateways).compare("acme", "tests", since)

    def settlement(self, key: str) -> Settlement:
        with self.store.session():
            found = self.store.settlements.by_id(key)
        assert found is not None
        return found

    def left(self) -> int:
        with self.store.session():
            [paid] = self.store.payments.of_order(self.charge, "acme")
            return self.store.refunds.left_of(paid.id).minor


@pytest.fixture
def till(address: Address) -> Iterator[Till]:
    clock = Clock()
    store = open_store(address, clock)
    with SimulatedStripe(later=3_600) as stripe:
        gateways = Gateways(store, Vault.of(new_master_key()), base=stripe.address)
        with store.session():
            gateways.put(GatewayCredentials(partner="acme", key=KEY), "acme")
        till = Till(store, stripe, gateways, clock)
        till.pay()
        yield till
    store.close()


def test_what_was_sent_and_is_listed_agrees(till: Till) -> None:
    till.refund()
    till.settle()

    done = till.compare()

    assert (done.agrees, done.seen, done.elsewhere) == (True, 1, 0)


def test_what_is_on_its_way_is_no_difference(till: Till) -> None:
    till.pay("pm_card_pendingRefund")
    key = till.refund()
    till.settle()
    till.stripe.move_on(at_once=True)

    assert till.compare().agrees
    till.settle()
    assert till.settlement(key).state is S.SUCCEEDED


def test_what_is_on_its_way_for_long_waits_for_a_person_who_cannot_pay_it_twice(till: Till) -> None:
    till.pay("pm_card_pendingRefund")
    key = till.refund()
    till.settle()
    till.clock.at += timedelta(days=31)
    till.settle()

    assert till.compare().agrees
    with till.store.session(), pytest.raises(RequestFault, match="still works on it"):
        look_first(till.store, till.gateways, till.settlement(key), "acme", by_hand=True)

    found = till.settlement(key)
    assert (found.state, found.trouble) == (S.NEEDS_ATTENTION, "still_submitted")
    with till.store.writing():
        till.store.resolving.retry(key, "acme")
    till.clock.at += timedelta(days=1)
    till.settle()
    assert (till.compare().agrees, till.left()) == (True, 7_000)
    till.stripe.move_on(at_once=True)
    till.clock.at += timedelta(days=1)
    till.settle()
    assert till.settlement(key).state is S.SUCCEEDED


def test_what_a_restored_backup_forgot_is_not_paid_again(till: Till) -> None:
    key = till.refund()
    till.by_hand(3_000, metadata={"settlement_id": key})  # type: ignore[arg-type]

    assert till.compare().agrees
    till.clock.at += timedelta(hours=2)
    till.settle()

    assert till.settlement(key).state is S.SUCCEEDED
    assert len(till.stripe.ledger.listed(account_of(KEY), "refund")) == 1


def test_a_list_of_before_a_late_failure_brings_nothing_back(till: Till) -> None:
    till.pay("pm_card_refundFail")
    key = till.refund()
    till.settle()
    gateway = till.gateways.of("acme")
    assert gateway is not None
    [listed] = gateway.listed([till.settlement(key).ways], None)
    till.stripe.move_on(at_once=True)
    with till.store.writing():
        till.store.settlements.news("acme", listed.reference)
    till.settle()
    assert till.settlement(key).state is S.FAILED

    meet(till.store, "acme", listed, "tests")

    assert till.left() == 10_000


def test_what_waits_for_a_dispute_that_ended_meanwhile_goes_on(till: Till) -> None:
    intent = till.account.payments.payment_intent(till.charge)
    charge = till.account.payments.charge(intent["latest_charge"])
    key, gateway = till.refund(), till.gateways.of("acme")
    assert gateway is not None
    opened = till.account.disputes.open(charge)
    read = gateway.charge(PaymentReferences(charge=till.charge))
    till.account.disputes.move(opened["id"], "won")
    won = gateway.dispute(opened["id"])
    assert isinstance(read, ChargeRead)
    assert isinstance(won, DisputeRead)
    with till.store.writing():
        [taken] = till.store.settlements.claim("worker", 80, 1)
        till.store.charges.know("acme", read)
    refusal = not_to_move(read, taken.amount)
    assert refusal is not None

    # The news come while the worker has it in hand.
    with till.store.writing():
        till.store.disputes.know("acme", won)
    refused = GatewayOutcome(
        answered=Answered.REFUSED, reason=refusal.code, sentence=refusal.sentence
    )
    with till.store.writing():
        after = next_of(taken.standing(till.clock()), refused)
        till.store.settlements.record(taken, "worker", refused, after)
    till.clock.at += timedelta(minutes=2)
    till.settle()

    assert till.settlement(key).state is S.SUCCEEDED


def test_a_decision_that_was_forgotten_and_is_made_again_moves_once(till: Till) -> None:
    cause = {"supplier": "acme", "return_line": "rl_1", "sequence": "1"}
    forgot = {"settlement_id": f"st_{'0' * 32}", **cause, "line_most": "9000"}
    moved = till.by_hand(700, metadata=forgot)  # type: ignore[arg-type]
    with till.store.writing():
        [paid] = till.store.payments.of_order(till.charge, "acme")
        asked = Asked(
            return_line="rl_1",
            sequence=1,
            order_line="ol_1",
            supplier="acme",
            retailer="northwind",
            remedy="refund",
            amount=Money(700, "USD"),
            line_most=9_000,
            payment=paid.id,
            actor="policy",
        )
        key = till.store.settlements.plan(asked).id
    till.settle()

    assert till.settlement(key).reference == moved["id"]
    assert till.compare().agrees
    assert till.left() == 9_300


def test_what_was_forgotten_is_adopted_once_though_two_look_at_once(till: Till) -> None:
    forgot = {"settlement_id": f"st_{'0' * 32}", "supplier": "acme", "return_line": "rl_1"}
    till.by_hand(700, metadata=forgot)  # type: ignore[arg-type]
    gateway = till.gateways.of("acme")
    assert gateway is not None
    with till.store.session():
        [paid] = till.store.payments.of_order(till.charge, "acme")
    [found] = gateway.listed([paid.ways], None)

    # Whoever waited for the payment saw none of it before it waited.
    for _ in range(2):
        with till.store.writing():
            till.store.adopting.adopt("acme", found, "tests")

    assert till.left() == 9_300


def test_what_a_backup_holds_as_disputed_is_looked_for_before_a_person_gives_it_up(
    till: Till,
) -> None:
    intent = till.account.payments.payment_intent(till.charge)
    dispute = till.account.disputes.open(till.account.payments.charge(intent["latest_charge"]))
    key = till.refund()
    till.settle()
    held = till.settlement(key)
    assert (held.state, held.trouble) == (S.NEEDS_ATTENTION, "disputed")
    till.account.disputes.move(dispute["id"], "won")
    gateway = till.gateways.of("acme")
    assert gateway is not None
    gateway.send(held.movement)
    forget_that_it_was_sent(till, key)

    with till.store.session(), pytest.raises(RequestFault, match="moved it after all"):
        look_first(till.store, till.gateways, till.settlement(key), "acme", by_hand=True)

    assert till.settlement(key).state is S.SUCCEEDED


def forget_that_it_was_sent(till: Till, key: str) -> None:
    """As a backup of before has it."""
    with till.store.writing():
        till.store.settlements._tables.Settlement[key].first_sent = None


def test_a_refund_by_hand_is_adopted_once_and_counts(till: Till) -> None:
    made = till.by_hand(4_000)

    first, second = till.compare(), till.compare()

    [adopted] = first.adopted
    found = till.settlement(adopted.settlement)
    assert (adopted.reference, adopted.amount) == (made["id"], "USD 40.00")
    assert (found.state, found.instrument, found.return_line) == (
        S.SUCCEEDED,
        Instrument.REFUND,
        f"found:{made['id']}",
    )
    assert second.agrees
    assert till.left() == 6_000


def test_a_refund_by_hand_that_fails_late_gives_its_share_back(till: Till) -> None:
    till.pay("pm_card_refundFail")
    till.by_hand(4_000)
    till.compare()
    till.stripe.move_on(at_once=True)

    assert till.left() == 6_000
    till.compare()
    till.settle()
    assert till.left() == 10_000


def test_what_is_of_payments_that_are_not_here_is_only_counted(till: Till) -> None:
    said = {"amount": "500", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true"}
    other = till.account.payments.create_payment_intent(said)["id"]
    till.account.payments.create_refund({"payment_intent": other, "amount": "500"})

    done = till.compare()

    assert (done.agrees, done.elsewhere) == (True, 1)


def test_what_moved_though_a_person_was_asked_is_recorded(till: Till) -> None:
    key = till.refund()
    assert till.lose(send=True).state is S.NEEDS_ATTENTION

    [found] = till.compare().differing

    assert (found.settlement, found.ours, found.theirs) == (key, "needs_attention", "succeeded")
    assert till.settlement(key).state is S.SUCCEEDED
    assert till.compare().agrees


def test_what_moved_though_it_was_given_up_goes_on_differing(till: Till) -> None:
    key = till.refund()
    till.lose(send=True)
    with till.store.writing():
        till.store.resolving.give_up(key, "acme")

    for _ in range(2):
        [found] = till.compare().differing
        assert (found.settlement, found.ours) == (key, "cancelled")


def test_a_success_that_failed_since_differs_and_is_repaired(till: Till) -> None:
    till.pay("pm_card_refundFail")
    key = till.refund()
    till.settle()
    till.stripe.move_on(at_once=True)

    [found] = till.compare().differing
    till.settle()

    assert (found.ours, found.theirs) == ("succeeded", "failed")
    assert till.settlement(key).state is S.FAILED
    assert till.compare().agrees


def test_another_amount_differs(till: Till) -> None:
    key = till.refund()
    till.by_hand(2_000, metadata={"settlement_id": key})  # type: ignore[arg-type]

    [found] = till.compare().differing

    assert (found.amount, found.theirs) == ("USD 30.00", "succeeded USD 20.00")


def test_what_the_gateway_does_not_list_is_missing(till: Till) -> None:
    key = till.refund()
    till.settle()
    for each in till.stripe.ledger.listed(account_of(KEY), "refund"):
        till.stripe.ledger.drop(account_of(KEY), "refund", each["id"])

    [found] = till.compare().missing

    assert (found.settlement, found.theirs) == (key, "not listed")


def test_an_account_that_cannot_be_read_changes_nothing_and_is_said(till: Till) -> None:
    till.refund()
    till.settle()
    till.stripe.revoked.add(KEY)

    done = till.compare()

    assert not done.agrees
    assert "does not accept the key" in done.trouble
    with till.store.session():
        assert till.store.comparing.last_done("acme") is None
        assert till.store.comparing.newest("acme", 5) == (done,)


def test_the_next_comparison_begins_shortly_before_the_last(till: Till) -> None:
    first = till.compare()
    till.clock.at += timedelta(hours=1)
    second = till.compare()
    said = till.compare(since=till.clock.at - timedelta(days=90))

    assert first.since == first.began_at - timedelta(days=30)
    second_off = abs(second.since - (first.began_at - timedelta(days=1)))
    assert second_off <= timedelta(seconds=1), "a `Date` has whole seconds"
    assert said.since == till.clock.at - timedelta(days=90)


def test_a_worker_compares_every_hour_whoever_was_paid(till: Till) -> None:
    with till.store.session():
        till.gateways.put(
            GatewayCredentials(partner="northwind", key="rk_test_northwind"), "northwind"
        )
    reconciler = Reconciler(till.store, till.gateways)

    done = [reconciler.work() for _ in range(3)]

    assert done == [1, 1, 0]
    with till.store.session():
        assert len(till.store.comparing.newest("acme", 5)) == 1
        assert till.store.comparing.newest("northwind", 5) == ()
        assert till.store.accounts.partners() == ("acme", "northwind")
