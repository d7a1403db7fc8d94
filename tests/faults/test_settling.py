"""Whatever dies between two steps of a settlement, its money moves once and is never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Settlement
from adapters.store.money.steps import Asked
from bench.kills import Plan, run
from engine.money import Money
from engine.settlement.gateway import GatewayOutcome, Movement
from engine.settlement.instruments import PaymentReferences
from engine.settlement.machine import SettlementState
from services.workers.settling import LEASE, Settler

KEY = "rk_test_acme"
REMEDIES = ("refund", "account_credit")


class Crash(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Clock:
    """A clock that tests move."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at


class CrashingGateway(StripeGateway):
    """Dies before or after a call, the first time it comes to it."""

    def __init__(self, base: str, at: str) -> None:
        super().__init__(KEY, base=base)
        self._at = at

    def send(self, movement: Movement) -> GatewayOutcome:
        self._die("before send")
        outcome = super().send(movement)
        self._die("after send")
        return outcome

    def find(self, movement: Movement) -> GatewayOutcome | None:
        self._die("before find")
        found = super().find(movement)
        self._die("after find")
        return found

    def _die(self, at: str) -> None:
        if self._at == at:
            self._at = ""
            raise Crash(at)


@dataclass(slots=True)
class Desk:
    """A store, a stand-in, and a paid order."""

    store: Store
    stripe: SimulatedStripe
    clock: Clock

    def plan(self, remedy: str = "refund", method: str = "pm_card_visa", line: str = "1") -> str:
        payments = self.stripe.account(account_of(KEY)).payments
        customer = payments.create_customer({})["id"]
        asked = {"amount": "9000", "currency": "usd", "payment_method": method, "confirm": "true"}
        charge = payments.create_payment_intent(asked)["id"]
        with self.store.writing():
            paid = self.store.payments.add(
                NewPayment(
                    supplier="acme",
                    retailer="northwind",
                    order=f"po_{line}",
                    amount=Money(9_000, "USD"),
                    ways=PaymentReferences(charge=charge, customer=customer),
                    by="tests",
                )
            )
            made = self.store.settlements.plan(
                Asked(
                    return_line=f"rl_{line}",
                    sequence=1,
                    order_line=f"ol_{line}",
                    supplier="acme",
                    retailer="northwind",
                    remedy=remedy,
                    amount=Money(4_000, "USD"),
                    line_most=9_000,
                    payment=paid.id,
                    actor="policy",
                )
            )
        return made.id

    def settle(self, gateway: StripeGateway | None = None) -> int:
        """One turn of a worker that has just started."""
        mine = gateway or StripeGateway(KEY, base=self.stripe.address)
        return Settler(self.store, lambda _: mine, in_flight=0.1).work()

    def later(self, seconds: float) -> None:
        self.clock.at += timedelta(seconds=seconds)

    def settlement(self, key: str) -> Settlement:
        with self.store.session():
            found = self.store.settlements.by_id(key)
        assert found is not None
        return found

    def moved(self) -> list[dict[str, Any]]:
        account = account_of(KEY)
        kinds = ("refund", "customer_balance_transaction")
        return [each for kind in kinds for each in self.stripe.ledger.listed(account, kind)]


@pytest.fixture
def service(address: Address) -> Iterator[Desk]:
    clock = Clock()
    store = open_store(address, clock)
    with SimulatedStripe(later=3_600) as stripe:
        yield Desk(store, stripe, clock)
    store.close()


def crash(service: Desk, work: Callable[[], object]) -> None:
    """The process dies in `work`; another takes over when the lease is over."""
    with pytest.raises(Crash):
        work()
    service.store.close()
    service.later(LEASE + 1)


@pytest.mark.parametrize("remedy", REMEDIES)
@pytest.mark.parametrize("at", ["before send", "after send"])
def test_a_crash_around_the_call_moves_the_money_once(service: Desk, at: str, remedy: str) -> None:
    key = service.plan(remedy)

    crash(service, lambda: service.settle(CrashingGateway(service.stripe.address, at)))
    service.settle()

    assert [abs(each["amount"]) for each in service.moved()] == [4_000]
    assert service.settlement(key).state is SettlementState.SUCCEEDED


@pytest.mark.parametrize("remedy", REMEDIES)
@pytest.mark.parametrize("at", ["before find", "after find", "before send", "after send"])
def test_a_crash_in_the_repeat_moves_it_once_too_though_every_key_was_pruned(
    service: Desk, at: str, remedy: str
) -> None:
    key = service.plan(remedy)
    crash(service, lambda: service.settle(CrashingGateway(service.stripe.address, "after send")))
    service.stripe.ledger.prune_keys()

    if at in ("before find", "after find"):
        crash(service, lambda: service.settle(CrashingGateway(service.stripe.address, at)))
    else:
        service.settle(CrashingGateway(service.stripe.address, at))  # the list spares it the call
    service.stripe.ledger.prune_keys()
    service.settle()

    assert [abs(each["amount"]) for each in service.moved()] == [4_000]
    assert service.settlement(key).state is SettlementState.SUCCEEDED


@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_crash_while_the_answer_is_recorded_moves_it_once(
    service: Desk, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.plan(remedy)
    record = service.store.settlements.record

    def dying(*args: Any) -> None:
        record(*args)
        raise Crash("written, and not committed")

    with monkeypatch.context() as patched:
        patched.setattr(service.store.settlements, "record", dying)
        crash(service, service.settle)
    assert service.settlement(key).state is SettlementState.PLANNED
    service.settle()

    assert [abs(each["amount"]) for each in service.moved()] == [4_000]
    assert service.settlement(key).state is SettlementState.SUCCEEDED


def test_a_crash_while_a_settlement_is_claimed_leaves_it_as_it_was(
    service: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.plan()
    claim = service.store.settlements.claim

    def dying(*args: Any) -> None:
        claim(*args)
        raise Crash("claimed, and not committed")

    with monkeypatch.context() as patched:
        patched.setattr(service.store.settlements, "claim", dying)
        crash(service, service.settle)

    assert (service.settlement(key).attempts, service.moved()) == (0, [])
    service.settle()
    assert len(service.moved()) == 1


@pytest.mark.parametrize("fault", ["error_stored", "error_stored_done"])
def test_an_error_that_sticks_to_its_key_ends_within_two_generations(
    service: Desk, fault: str
) -> None:
    key = service.plan()
    service.stripe.faults.set({fault: 1.0})
    service.settle()
    service.stripe.faults.set({})
    for _ in range(4):
        service.later(60)
        service.settle()

    found = service.settlement(key)
    assert found.state is SettlementState.SUCCEEDED
    assert found.generation == (2 if fault == "error_stored" else 1)
    assert len(service.moved()) == 1


def test_a_late_failure_is_seen_without_a_webhook(service: Desk) -> None:
    key = service.plan(method="pm_card_refundFail")
    service.settle()
    assert service.settlement(key).state is SettlementState.SUCCEEDED
    service.stripe.move_on(at_once=True)

    service.later(86_401)
    service.settle()

    found = service.settlement(key)
    assert (found.state, found.trouble) == (SettlementState.FAILED, "expired_or_canceled_card")


def test_a_revoked_key_stops_its_supplier_and_sends_nothing(service: Desk) -> None:
    key = service.plan()
    service.stripe.revoked.add(KEY)
    service.settle()
    service.stripe.revoked.clear()
    service.later(7_200)

    assert service.settle() == 0
    with service.store.writing():
        service.store.payouts.open("acme", "supplier")
    service.settle()
    assert service.settlement(key).state is SettlementState.SUCCEEDED


def test_workers_killed_at_random_pay_everything_once(address: Address) -> None:
    report = run(address, Plan(settlements=36, kills=15, seed=7, hours=3))

    assert report.kills >= 10
    assert report.good, report
