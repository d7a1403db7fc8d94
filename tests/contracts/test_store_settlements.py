"""Planned under a lock, taken by one worker, recorded once: money never goes over its ceiling."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Payment, Settlement
from adapters.store.money.steps import Asked
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.machine import SettlementState
from engine.settlement.steps import next_of

START = datetime(2025, 6, 1, 12, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """A clock that tests move."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True)
class Purse:
    """A store with an order that northwind paid to acme, 100.00 by a charge."""

    store: Store
    clock: Clock
    payment: Payment

    def asked(self, cents: int = 3_000, line: str = "rl_1", **more: object) -> Asked:
        said = Asked(
            return_line=line,
            sequence=1,
            order_line="ol_1",
            supplier="acme",
            retailer="northwind",
            remedy="refund",
            amount=Money(cents, "USD"),
            line_most=10_000,
            payment=self.payment.id,
            actor="policy",
        )
        return replace(said, **more)

    def plan(self, cents: int = 3_000, line: str = "rl_1", **more: object) -> Settlement:
        with self.store.writing():
            return self.store.settlements.plan(self.asked(cents, line, **more))

    def claim(self, owner: str = "one", most: int = 10) -> tuple[Settlement, ...]:
        with self.store.writing():
            return self.store.settlements.claim(owner, 80, most)

    def record(self, taken: Settlement, outcome: GatewayOutcome, owner: str = "one") -> Settlement:
        with self.store.writing():
            after = next_of(taken.standing(self.clock()), outcome)
            return self.store.settlements.record(taken, owner, outcome, after)


@pytest.fixture
def money(address: Address) -> Iterator[Purse]:
    clock = Clock()
    store = open_store(address, clock)
    with store.writing():
        paid = store.payments.add(
            NewPayment(
                supplier="acme",
                retailer="northwind",
                order="po_1",
                amount=Money(10_000, "USD"),
                ways=PaymentReferences(charge="pi_1", customer="cus_1"),
                by="tests",
            )
        )
    yield Purse(store, clock, paid)
    store.close()


def answered(said: Answered, reference: str = "re_1", **more: object) -> GatewayOutcome:
    return GatewayOutcome(answered=said, reference=reference, **more)  # type: ignore[arg-type]


def test_the_same_decision_again_plans_nothing_again(money: Purse) -> None:
    assert money.plan().id == money.plan().id
    assert money.plan(sequence=2).id != money.plan().id


def test_the_sum_of_a_payment_never_goes_over_what_was_paid(money: Purse) -> None:
    states = [money.plan(3_000, f"rl_{at}", order_line=f"ol_{at}").state for at in range(4)]

    assert states == [SettlementState.PLANNED] * 3 + [SettlementState.NEEDS_ATTENTION]


def test_two_equal_amounts_count_twice(money: Purse) -> None:
    money.plan(5_000, "rl_1")
    money.plan(5_000, "rl_2")

    assert money.plan(1, "rl_3").trouble == "over_ceiling"


def test_a_line_has_a_ceiling_of_its_own_over_all_its_returns(money: Purse) -> None:
    money.plan(3_000, "rl_1", line_most=4_000)

    assert money.plan(1_001, "rl_2", line_most=4_000).trouble == "over_ceiling"
    assert money.plan(1_000, "rl_3", line_most=4_000).state is SettlementState.PLANNED
    assert money.plan(1, "rl_4", line_most=4_000).trouble == "over_ceiling"


def test_eight_planners_at_once_stay_under_the_ceiling(money: Purse) -> None:
    troubles: list[str] = []

    def plan(at: int) -> None:
        for _ in range(20):
            try:
                troubles.append(money.plan(3_000, f"rl_{at}", order_line=f"ol_{at}").trouble)
                break
            except Exception as error:
                if "lock" not in str(error).lower() and "conflict" not in str(error).lower():
                    raise
        money.store.close()

    threads = [threading.Thread(target=plan, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(troubles) == ["", "", "", *["over_ceiling"] * 5]


def test_another_currency_is_refused(money: Purse) -> None:
    with pytest.raises(RequestFault, match="paid in USD"):
        money.plan(amount=Money(100, "EUR"))


def test_another_suppliers_payment_is_not_found(money: Purse) -> None:
    with pytest.raises(RequestFault, match="no such payment"):
        money.plan(supplier="globex")


def test_a_credit_of_our_own_is_done_when_it_is_written_down(money: Purse) -> None:
    credit = money.plan(remedy="account_credit", payment=None)

    assert (credit.instrument, credit.state) == (Instrument.OWN_CREDIT, SettlementState.SUCCEEDED)
    assert money.claim() == ()


def test_one_worker_takes_a_settlement_and_another_only_when_the_lease_is_over(
    money: Purse,
) -> None:
    money.plan()

    [first] = money.claim("one")
    assert money.claim("two") == ()
    money.clock.pass_(81)
    [second] = money.claim("two")

    assert (first.id, first.attempts, second.attempts) == (second.id, 1, 2)
    assert second.first_sent == START


def test_what_a_worker_says_after_it_lost_its_lease_is_left_alone(money: Purse) -> None:
    money.plan()
    [slow] = money.claim("one")
    money.clock.pass_(81)
    [quick] = money.claim("two")

    money.record(quick, answered(Answered.SUCCEEDED), "two")
    late = money.record(slow, answered(Answered.REFUSED, "", reason="x"), "one")

    assert late.state is SettlementState.SUCCEEDED


def test_a_success_is_looked_at_daily_for_a_late_failure(money: Purse) -> None:
    money.plan()
    [taken] = money.claim()
    money.record(taken, answered(Answered.SUCCEEDED))

    assert money.claim() == ()
    money.clock.pass_(86_401)
    [again] = money.claim()
    failed = money.record(again, answered(Answered.FAILED, reason="expired_or_canceled_card"))

    assert again.attempts == 1
    assert (failed.state, failed.trouble) == (SettlementState.FAILED, "expired_or_canceled_card")
    money.clock.pass_(86_401 * 40)
    assert money.claim() == ()


def test_what_failed_frees_its_share_of_the_ceiling(money: Purse) -> None:
    money.plan(10_000)
    [taken] = money.claim()
    money.record(taken, answered(Answered.FAILED, reason="declined"))

    assert money.plan(10_000, "rl_2").state is SettlementState.PLANNED


def test_a_bad_key_stops_its_suppliers_lane_and_no_other(money: Purse) -> None:
    with money.store.writing():
        other = money.store.payments.add(
            NewPayment(
                supplier="globex",
                retailer="northwind",
                order="po_2",
                amount=Money(10_000, "USD"),
                ways=PaymentReferences(charge="pi_2"),
                by="tests",
            )
        )
    money.plan()
    [taken] = money.claim()
    money.record(taken, answered(Answered.LOCKED_OUT, "", reason="api_key_invalid"))
    money.plan(line="rl_2", supplier="globex", payment=other.id)
    money.clock.pass_(7_200)

    assert [each.supplier for each in money.claim()] == ["globex"]
    with money.store.writing():
        money.store.payouts.open("acme", "supplier")
    [again] = money.claim()
    assert (again.supplier, again.attempts) == ("acme", 1)


def test_news_make_a_movement_due_at_once(money: Purse) -> None:
    money.plan()
    [taken] = money.claim()
    money.record(taken, answered(Answered.SUBMITTED, "re_7"))

    with money.store.writing():
        assert money.store.settlements.news("acme", "re_7")
        assert not money.store.settlements.news("globex", "re_7")
        assert not money.store.settlements.news("acme", "re_8", "st_unknown")
    assert [each.reference for each in money.claim()] == ["re_7"]


def test_news_that_are_faster_than_our_answer_are_known_by_the_key_they_carry(
    money: Purse,
) -> None:
    made = money.plan()
    money.claim()

    with money.store.writing():
        assert money.store.settlements.news("acme", "re_7", made.id)
    assert [each.id for each in money.claim("two")] == [made.id]


def test_all_of_a_payment_that_is_on_its_way_is_looked_at(money: Purse) -> None:
    money.plan()
    [taken] = money.claim()
    money.record(taken, answered(Answered.SUBMITTED))

    with money.store.writing():
        money.store.settlements.look_at_payment(money.payment.id)

    assert len(money.claim()) == 1


def test_every_step_is_in_the_journal_and_the_chain_holds(money: Purse) -> None:
    made = money.plan()
    [taken] = money.claim()
    money.record(taken, answered(Answered.SUCCEEDED))

    with money.store.session():
        facts = [each.fact for each in money.store.journal.about("acme", made.id)]
        assert facts == ["settlement_planned", "settlement_sending", "settlement_succeeded"]
        assert money.store.journal.verify() == ()


def test_what_was_planned_is_found_by_line_key_payment_and_state(money: Purse) -> None:
    first, second = money.plan(1_000), money.plan(2_000, sequence=2)
    money.clock.pass_(1)
    other = money.plan(3_000, "rl_2")

    payments, settlements = money.store.payments, money.store.settlements
    with money.store.session():
        assert payments.of_order("po_1", "acme") == (money.payment,)
        assert payments.of_order("po_2", "acme") == ()
        assert settlements.of_return_line("rl_1") == (first, second)
        assert settlements.by_id(other.id) == other
        assert settlements.by_id("none") is None
        assert settlements.every()[-1] == other
        assert settlements.in_state(SettlementState.PLANNED) == 3
        assert settlements.in_state(SettlementState.SUCCEEDED, SettlementState.SUBMITTED) == 0


def test_a_settlement_says_what_part_of_it_is_tax(money: Purse) -> None:
    made, plain = money.plan(tax=479), money.plan(line="rl_2")

    assert (made.tax, plain.tax) == (479, 0)
    assert money.store is not None
    with pytest.raises(ValueError, match="cannot be tax"):
        money.plan(line="rl_3", tax=3_001)
