"""Whatever happens in whatever order, money moves once, under its ceiling, and we end as Stripe."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from adapters.gateways.simulated.calls import Account, account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Settlement
from adapters.store.money.refunds import OrderRefund
from adapters.store.money.steps import Asked
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.gateway import Answered, GatewayOutcome, Movement
from engine.settlement.instruments import PaymentReferences
from engine.settlement.machine import SettlementState
from services.payments.comparing import Comparer
from services.payments.gateways import GatewayCredentials, Gateways
from services.payments.looking import look_first
from services.workers.settling import LEASE, Settler

S = SettlementState
PAID = 5_000
METHODS = ("pm_card_visa", "pm_card_pendingRefund", "pm_card_refundFail")
FAULTS = (
    "drop_before",
    "drop_after",
    "error_stored",
    "error_stored_done",
    "error_fresh",
    "conflict",
)
STATES = {"succeeded": S.SUCCEEDED, "pending": S.SUBMITTED, "failed": S.FAILED}
NUMBERS = count(1)


class Crash(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Clock:
    """A clock that tests move."""

    passed: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def seconds(self) -> int:
        return int(time.time() + self.passed.total_seconds())


@dataclass(slots=True, kw_only=True)
class World:
    """What all runs share: a database, a stand-in, and one clock for both."""

    store: Store
    stripe: SimulatedStripe
    gateways: Gateways
    clock: Clock


class Dying(StripeGateway):
    """Sends, and dies before anybody hears of it."""

    def send(self, movement: Movement) -> GatewayOutcome:
        super().send(movement)
        raise Crash


class MoneyMoves(RuleBasedStateMachine):
    """One supplier with one payment, and all that can happen to it."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.supplier = f"acme{next(NUMBERS)}"
        self.key = f"rk_test_{self.supplier}"
        with self.world.store.session():
            self.world.gateways.put(
                GatewayCredentials(partner=self.supplier, key=self.key), "tests"
            )
        self.lines = 0
        self.order = ""

    # --- what can happen ----------------------------------------------------------------------

    @initialize(method=st.sampled_from(METHODS))
    def pay(self, method: str) -> None:
        payments = self.account.payments
        said = {"amount": str(PAID), "currency": "usd", "payment_method": method, "confirm": "true"}
        charge = str(payments.create_payment_intent(said)["id"])
        ways = PaymentReferences(charge=charge, customer=payments.create_customer({})["id"])
        self.order, self.charge = f"po_{self.supplier}", charge
        with self.world.store.writing():
            self.world.store.payments.add(
                NewPayment(
                    supplier=self.supplier,
                    retailer="northwind",
                    order=self.order,
                    amount=Money(PAID, "USD"),
                    ways=ways,
                    by="tests",
                )
            )

    @rule(cents=st.sampled_from([1_000, 2_000]), remedy=st.sampled_from(["refund", "credit"]))
    def decide(self, cents: int, remedy: str) -> None:
        """Two equal amounts, which a ceiling must count twice."""
        self.plan(cents, remedy)
        self.plan(cents, remedy)

    @rule(amount=st.sampled_from([None, 1_000]))
    def refund_order(self, amount: int | None) -> None:
        self.tried(
            lambda: self.world.store.refunds.refund(
                OrderRefund(order=self.order, payee=self.supplier, amount=amount), "broken", "acme"
            )
        )

    @rule()
    def refund_by_hand(self) -> None:
        charge = self.account.payments.charges({"payment_intent": self.charge})["data"][0]
        if charge["amount"] - charge["amount_refunded"] >= 700:
            said = {"payment_intent": self.charge, "amount": "700"}
            self.account.payments.create_refund(said)

    @rule(fault=st.sampled_from([None, *FAULTS]))
    def work(self, fault: str | None) -> None:
        self.world.stripe.faults.set({fault: 1.0} if fault else {})
        self.settle()
        self.world.stripe.faults.set({})

    @rule(forgets=st.booleans())
    def die_after_a_call(self, *, forgets: bool) -> None:
        """What is due is sent, and nobody hears of it; Stripe may forget its key as well."""
        self.plan(1_000, "refund")
        mine, others = Dying(self.key, base=self.world.stripe.address), self.world.gateways.of
        settler = Settler(
            self.world.store, lambda key: mine if key == self.supplier else others(key)
        )
        try:
            while settler.work():
                pass
        except Crash:
            self.world.store.close()
            self.later(LEASE + 1)
        if forgets:
            self.world.stripe.ledger.prune_keys()

    @rule()
    def stripe_moves_on(self) -> None:
        self.world.stripe.move_on(at_once=True)

    @rule()
    def tell(self) -> None:
        """A webhook for each movement there is, in no order that matters."""
        with self.world.store.writing():
            for refund in self.refunds():
                key = refund["metadata"].get("settlement_id", "")
                self.world.store.settlements.news(self.supplier, refund["id"], key)

    @rule()
    def compare(self) -> None:
        Comparer(self.world.store, self.world.gateways).compare(self.supplier, "tests")

    @rule(seconds=st.sampled_from([60, 3_700, 90_000]))
    def later(self, seconds: float) -> None:
        self.world.clock.passed += timedelta(seconds=seconds)

    @rule(how=st.sampled_from(["retry", "give_up", "credit_instead"]))
    def decide_by_hand(self, how: str) -> None:
        store = self.world.store
        for found in self.settlements():
            if found.state in (S.NEEDS_ATTENTION, S.FAILED):
                try:
                    if how != "retry":
                        with store.session():
                            look_first(store, self.world.gateways, found, "acme")
                except RequestFault:
                    return
                self.tried(lambda key=found.id: getattr(store.resolving, how)(key, "acme"))
                return

    # --- what must hold -----------------------------------------------------------------------

    @invariant()
    def every_settlement_moved_at_most_once(self) -> None:
        moved = Counter(each["metadata"].get("settlement_id") for each in self.movements())
        known = {each.id: each for each in self.settlements()}

        assert not [key for key, times in moved.items() if key and times > 1]
        for each in self.movements():
            ours = known.get(each["metadata"].get("settlement_id", ""))
            assert ours is None or ours.amount.minor == abs(each["amount"])

    @invariant()
    def no_more_goes_back_than_was_paid(self) -> None:
        back = sum(
            abs(each["amount"]) for each in self.movements() if each.get("status") != "failed"
        )
        by_hand = sum(
            each["amount"] for each in self.refunds() if "settlement_id" not in each["metadata"]
        )
        # What is made by hand behind our back can come on top of credits until it is adopted.
        assert back <= PAID + by_hand

    def teardown(self) -> None:
        """When the world is calm again we know what Stripe knows."""
        self.world.stripe.faults.set({})
        for _ in range(4):
            self.later(3_700)
            self.settle()
            self.stripe_moves_on()
            self.compare()
        self.settle()

        for refund in self.refunds():
            with self.world.store.session():
                known = self.world.store.comparing.known(self.supplier, outcome(refund))
            assert known is not None or refund["status"] == "failed"
            assert known is None or known.state in (STATES[refund["status"]], S.CANCELLED)
        self.every_settlement_moved_at_most_once()
        self.no_more_goes_back_than_was_paid()
        assert S.SUBMITTED not in {each.state for each in self.settlements()}
        with self.world.store.session():
            assert self.world.store.journal.broken(self.supplier) is None
        self.world.store.close()

    # --- by which it happens ------------------------------------------------------------------

    def plan(self, cents: int, remedy: str) -> None:
        self.lines += 1
        with self.world.store.writing():
            [paid] = self.world.store.payments.of_order(self.order, self.supplier)
            asked = Asked(
                return_line=f"rl_{self.supplier}_{self.lines}",
                sequence=1,
                order_line=f"ol_{self.supplier}_{self.lines}",
                supplier=self.supplier,
                retailer="northwind",
                remedy=remedy,
                amount=Money(cents, "USD"),
                line_most=PAID,
                payment=paid.id,
                actor="policy",
            )
            self.world.store.settlements.plan(asked)

    @property
    def account(self) -> Account:
        return self.world.stripe.account(account_of(self.key))

    def settle(self) -> None:
        settler = Settler(self.world.store, self.world.gateways.of, in_flight=1)
        while settler.work():
            pass

    def tried(self, do: Any) -> None:
        try:
            with self.world.store.writing():
                do()
        except RequestFault:
            self.world.store.close()

    def settlements(self) -> list[Settlement]:
        with self.world.store.session():
            every = self.world.store.settlements.every()
        return [each for each in every if each.supplier == self.supplier]

    def refunds(self) -> list[dict[str, Any]]:
        return self.world.stripe.ledger.listed(account_of(self.key), "refund")

    def movements(self) -> list[dict[str, Any]]:
        kind = "customer_balance_transaction"
        return [*self.refunds(), *self.world.stripe.ledger.listed(account_of(self.key), kind)]


def outcome(refund: dict[str, Any]) -> GatewayOutcome:
    return GatewayOutcome(
        answered=Answered.SUCCEEDED,
        reference=refund["id"],
        settlement=refund["metadata"].get("settlement_id", ""),
    )


@pytest.fixture
def world(address: Address) -> Iterator[World]:
    clock = Clock()
    store = open_store(address, clock)
    with SimulatedStripe(later=10**9, now=clock.seconds) as stripe:
        gateways = Gateways(store, Vault.of(new_master_key()), base=stripe.address)
        yield World(store=store, stripe=stripe, gateways=gateways, clock=clock)
    store.close()


def test_money_moves_once_whatever_happens_in_whatever_order(world: World) -> None:
    class Machine(MoneyMoves):
        pass

    Machine.world = world
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=9,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a failure is told as it came: shrinking takes minutes
        ),
    )
