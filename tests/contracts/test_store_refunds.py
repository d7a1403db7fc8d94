"""Refunds of orders, and what people do about settlements: never over what was paid."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Payment, Settlement
from adapters.store.money.refunds import OrderRefund
from adapters.store.money.steps import Asked
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.charges import DisputeRead
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.machine import SettlementState
from engine.settlement.steps import next_of, tells

S = SettlementState
ALL = OrderRefund(order="po_1", payee="acme")


@dataclass(slots=True)
class Clock:
    """A clock that tests move."""

    at: datetime = field(default_factory=lambda: datetime(2025, 6, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Purse:
    """A store with an order that northwind paid to acme, 100.00 by a charge."""

    store: Store
    clock: Clock
    payment: Payment

    def pay(self, order: str, ways: PaymentReferences) -> Payment:
        with self.store.writing():
            return self.store.payments.add(
                NewPayment(
                    supplier="acme",
                    retailer="northwind",
                    order=order,
                    amount=Money(10_000, "USD"),
                    ways=ways,
                    by="tests",
                )
            )

    def refund(self, said: OrderRefund = ALL) -> Settlement:
        with self.store.writing():
            return self.store.refunds.refund(said, "damaged on arrival", "acme")

    def plan(self, cents: int, line: str = "rl_1", most: int = 10_000) -> Settlement:
        asked = Asked(
            return_line=line,
            sequence=1,
            order_line="ol_1",
            supplier="acme",
            retailer="northwind",
            remedy="refund",
            amount=Money(cents, "USD"),
            line_most=most,
            payment=self.payment.id,
            actor="policy",
        )
        with self.store.writing():
            return self.store.settlements.plan(asked)

    def answer(self, said: Answered, reference: str = "", reason: str = "") -> Settlement:
        """One settlement is sent and answered."""
        outcome = GatewayOutcome(answered=said, reference=reference, reason=reason)
        with self.store.writing():
            [taken] = self.store.settlements.claim("worker", 80, 1)
            after = next_of(taken.standing(self.clock()), outcome)
            return self.store.settlements.record(taken, "worker", outcome, after)

    def resolve(self, do: Callable[..., Settlement], *said: str) -> Settlement:
        with self.store.writing():
            return do(*said, "acme")

    def settlement(self, key: str) -> Settlement:
        with self.store.session():
            found = self.store.settlements.by_id(key)
        assert found is not None
        return found

    def left(self) -> int:
        with self.store.session():
            return self.store.refunds.left_of(self.payment.id).minor


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


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(RequestFault) as caught:
        do()
    return caught.value.code


def test_a_refund_reverses_what_is_left_of_the_charge_in_one_settlement(money: Purse) -> None:
    money.plan(3_000)

    made = money.refund()

    assert (made.amount, made.instrument) == (Money(7_000, "USD"), Instrument.REFUND)
    assert (made.return_line, made.why) == ("order:po_1:acme", "damaged on arrival")
    assert money.left() == 0
    assert refused(money.refund) == "nothing_left"


def test_an_order_is_refunded_in_parts_with_fees_kept_back(money: Purse) -> None:
    made = [
        money.refund(replace(ALL, amount=4_000, keep_back=500)),
        money.refund(replace(ALL, amount=4_000, keep_back=500)),
        money.refund(replace(ALL, keep_back=1_000)),
    ]

    assert [each.amount.minor for each in made] == [3_500, 3_500, 2_000]
    assert [each.sequence for each in made] == [1, 2, 3]
    assert money.left() == 1_000


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (replace(ALL, amount=10_001), "over_what_is_left"),
        (replace(ALL, amount=0), "nothing_to_refund"),
        (replace(ALL, amount=-1), "nothing_to_refund"),
        (replace(ALL, amount=500, keep_back=500), "nothing_to_refund"),
        (replace(ALL, keep_back=-1), "nothing_to_refund"),
        (replace(ALL, payment="other"), "not_found"),
        (OrderRefund(order="po_2", payee="acme"), "no_payment"),
    ],
)
def test_what_does_not_fit_is_refused_and_moves_nothing(
    money: Purse, said: OrderRefund, code: str
) -> None:
    assert refused(lambda: money.refund(said)) == code
    assert money.left() == 10_000


def test_a_preview_says_what_would_move_and_moves_nothing(money: Purse) -> None:
    money.plan(3_000)

    with money.store.session():
        seen = money.store.refunds.preview(replace(ALL, amount=4_000, keep_back=100))

    assert (seen.amount.minor, seen.taken.minor, seen.left.minor) == (3_900, 3_000, 7_000)
    assert seen.left_after == Money(3_100, "USD")
    assert money.left() == 7_000


def test_of_an_order_that_was_paid_in_parts_one_may_be_named(money: Purse) -> None:
    second = money.pay("po_1", PaymentReferences(charge="pi_2"))

    assert money.refund(replace(ALL, payment=second.id)).payment == second.id
    assert money.refund().payment == money.payment.id
    assert refused(money.refund) == "nothing_left"


def test_an_invoice_is_reversed_by_a_note_and_what_no_gateway_knows_by_hand(money: Purse) -> None:
    money.pay("po_2", PaymentReferences(invoice="in_1"))
    money.pay("po_3", PaymentReferences())

    note, hand = (
        money.refund(OrderRefund(order="po_2", payee="acme")),
        money.refund(OrderRefund(order="po_3", payee="acme")),
    )

    assert (note.instrument, note.state) == (Instrument.CREDIT_NOTE, S.PLANNED)
    assert (hand.instrument, hand.trouble) == (Instrument.BY_HAND, "by_hand")


def test_a_reason_is_needed(money: Purse) -> None:
    def without() -> None:
        with money.store.writing():
            money.store.refunds.refund(ALL, " ", "acme")

    assert refused(without) == "wrong_why"


def test_six_refunds_at_once_stay_under_the_charge(money: Purse) -> None:
    made: list[str] = []

    def refund() -> None:
        for _ in range(20):
            try:
                money.refund(replace(ALL, amount=3_000))
                made.append("made")
                break
            except RequestFault as fault:
                if fault.code not in ("conflict", "unavailable"):
                    made.append(fault.code)
                    break
        money.store.close()

    threads = [threading.Thread(target=refund) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(made) == ["made"] * 3 + ["over_what_is_left"] * 3
    assert money.left() == 1_000


# --- disputes -------------------------------------------------------------------------------------


def dispute(
    money: Purse, status: str, key: str = "dp_1", of: str = "pi_1", cents: int = 10_000
) -> bool:
    read = DisputeRead(
        reference=key, of=(of,) if of else (), status=status, amount=Money(cents, "USD")
    )
    with money.store.writing():
        return money.store.disputes.know("acme", read) is not None


def test_a_disputed_payment_is_not_refunded_as_well(money: Purse) -> None:
    assert dispute(money, "needs_response")

    assert refused(money.refund) == "disputed"
    assert (money.plan(1_000).state, money.plan(1_000).trouble) == (S.NEEDS_ATTENTION, "disputed")


def test_a_dispute_that_was_won_lets_money_go_back_whatever_old_news_follows(
    money: Purse,
) -> None:
    for status in ("needs_response", "won", "needs_response", "won"):
        dispute(money, status)

    assert money.refund().state is S.PLANNED


def test_a_dispute_that_was_lost_has_taken_the_money(money: Purse) -> None:
    for status in ("lost", "under_review"):
        dispute(money, status)

    assert refused(money.refund) == "nothing_left"
    assert money.left() == 0


def test_a_part_that_was_lost_takes_that_part_and_won_after_lost_gives_it_back(
    money: Purse,
) -> None:
    dispute(money, "lost", cents=4_000)
    assert money.left() == 6_000

    dispute(money, "won", cents=4_000)
    assert money.left() == 10_000


@pytest.mark.parametrize("status", ["warning_needs_response", "warning_under_review", "withdrawn"])
def test_an_inquiry_and_what_was_withdrawn_hold_nothing(money: Purse, status: str) -> None:
    dispute(money, status)

    assert money.refund().state is S.PLANNED


def test_a_dispute_of_another_tenant_with_the_same_id_changes_nothing(money: Purse) -> None:
    dispute(money, "needs_response")
    won = DisputeRead(reference="dp_1", of=("pi_1",), status="won", amount=Money(10_000, "USD"))
    with money.store.writing():
        money.store.disputes.know("globex", won)

    assert refused(money.refund) == "disputed"


def test_a_dispute_of_a_charge_that_is_none_of_ours_is_left_alone(money: Purse) -> None:
    assert not dispute(money, "lost", of="pi_other")
    assert not dispute(money, "lost", of="")
    assert money.refund().state is S.PLANNED


# --- what people do -------------------------------------------------------------------------------


def attention(money: Purse, cents: int = 4_000) -> Settlement:
    money.plan(cents)
    return money.answer(Answered.REFUSED, reason="resource_missing")


def failed(money: Purse) -> Settlement:
    money.plan(4_000)
    return money.answer(Answered.FAILED, "re_1", "expired_or_canceled_card")


def test_what_needs_attention_is_sent_once_more_with_a_new_key(money: Purse) -> None:
    stuck = attention(money)

    again = money.resolve(money.store.resolving.retry, stuck.id)

    assert (again.id, again.state, again.generation) == (stuck.id, S.PLANNED, 2)
    with money.store.writing():
        assert money.store.settlements.claim("worker", 80, 1) == ()  # the old key may still run
    money.clock.at += timedelta(seconds=46)
    with money.store.writing():
        [taken] = money.store.settlements.claim("worker", 80, 1)
    assert taken.attempts == 2  # so that the list is asked first


@pytest.mark.parametrize(
    "said", [each for each in Answered if not tells(GatewayOutcome(answered=each))]
)
def test_an_answer_that_says_nothing_of_it_leaves_a_person_the_trouble_and_the_word(
    money: Purse, said: Answered
) -> None:
    stuck = attention(money)
    with money.store.writing():
        assert money.store.settlements.news("acme", "", stuck.id)

    money.answer(said, reason="api_key_invalid")

    now = money.settlement(stuck.id)
    assert (now.state, now.trouble) == (S.NEEDS_ATTENTION, "resource_missing")
    money.clock.at += timedelta(seconds=46)
    assert money.resolve(money.store.resolving.retry, stuck.id).state is S.PLANNED


def test_what_never_fitted_is_sent_when_there_is_room(money: Purse) -> None:
    first = money.refund(replace(ALL, amount=9_000))
    stuck = money.plan(4_000)

    assert refused(lambda: money.resolve(money.store.resolving.retry, stuck.id)) == "over_ceiling"
    money.answer(Answered.FAILED, "re_1", "declined")
    assert money.settlement(first.id).state is S.FAILED
    assert money.resolve(money.store.resolving.retry, stuck.id).state is S.PLANNED


def test_the_ceiling_of_a_line_holds_for_a_retry_too(money: Purse) -> None:
    money.plan(3_000, "rl_1", most=4_000)
    stuck = money.plan(2_000, "rl_2", most=4_000)

    assert refused(lambda: money.resolve(money.store.resolving.retry, stuck.id)) == "over_ceiling"


def test_what_failed_is_tried_once_more_as_a_new_settlement(money: Purse) -> None:
    old = failed(money)

    new = money.resolve(money.store.resolving.retry, old.id)

    assert (new.state, new.instead_of, new.sequence) == (S.PLANNED, old.id, 2)
    assert new.id != old.id
    assert money.settlement(old.id).state is S.FAILED
    assert refused(lambda: money.resolve(money.store.resolving.retry, old.id)) == "replaced_already"


def test_a_credit_takes_the_place_of_a_refund_openly(money: Purse) -> None:
    old = attention(money)

    new = money.resolve(money.store.resolving.credit_instead, old.id)

    assert (new.instrument, new.instead_of) == (Instrument.BALANCE_CREDIT, old.id)
    assert money.settlement(old.id).state is S.CANCELLED
    assert money.left() == 6_000


def test_a_credit_after_a_failure_leaves_the_failure_as_it_is(money: Purse) -> None:
    old = failed(money)

    money.resolve(money.store.resolving.credit_instead, old.id)

    assert money.settlement(old.id).state is S.FAILED


def test_what_was_paid_by_hand_counts_and_is_not_looked_for_at_the_gateway(money: Purse) -> None:
    paid = money.resolve(money.store.resolving.paid_by_hand, attention(money).id, "cheque 17")

    assert (paid.state, paid.instrument, paid.reference) == (
        S.SUCCEEDED,
        Instrument.BY_HAND,
        "cheque 17",
    )
    assert money.left() == 6_000
    money.clock.at += timedelta(days=2)
    with money.store.writing():
        assert money.store.settlements.claim("worker", 80, 1) == ()


def test_what_failed_and_was_paid_by_hand_is_a_settlement_of_its_own(money: Purse) -> None:
    old = failed(money)

    paid = money.resolve(money.store.resolving.paid_by_hand, old.id, "cheque 17")

    assert (paid.instead_of, paid.state) == (old.id, S.SUCCEEDED)
    assert refused(lambda: money.resolve(money.store.resolving.paid_by_hand, old.id, "")) == (
        "wrong_reference"
    )


@pytest.mark.parametrize("stuck", [attention, failed])
def test_what_is_given_up_frees_its_share(
    money: Purse, stuck: Callable[[Purse], Settlement]
) -> None:
    old = stuck(money)

    assert money.resolve(money.store.resolving.give_up, old.id).state is S.CANCELLED
    assert money.left() == 10_000


def test_what_turns_out_to_have_moved_is_recorded(money: Purse) -> None:
    stuck = attention(money)

    with money.store.writing():
        outcome = GatewayOutcome(answered=Answered.SUCCEEDED, reference="re_9")
        found = money.store.resolving.found(stuck.id, outcome, "acme")

    assert (found.state, found.reference, found.trouble) == (S.SUCCEEDED, "re_9", "")


def test_nothing_is_resolved_that_is_on_its_way_or_done(money: Purse) -> None:
    planned = money.plan(4_000)

    for do in (money.store.resolving.retry, money.store.resolving.give_up):
        assert refused(lambda do=do: money.resolve(do, planned.id)) == "nothing_to_resolve"
    money.answer(Answered.SUCCEEDED, "re_1")
    assert refused(lambda: money.resolve(money.store.resolving.give_up, planned.id)) == (
        "nothing_to_resolve"
    )


def test_payments_and_lanes_are_found_again(money: Purse) -> None:
    money.pay("po_2", PaymentReferences(invoice="in_1", customer="cus_2"))

    with money.store.session():
        payments = money.store.payments
        assert payments.by_id(money.payment.id) == money.payment
        assert payments.by_id("none") is None
        assert payments.known_by("acme", "ch_1", "pi_1") == money.payment
        assert payments.known_by("globex", "pi_1") is None
        assert payments.customers_of("acme") == ("cus_1", "cus_2")
        assert money.store.payouts.of("acme") is None
    money.plan(4_000)
    money.answer(Answered.LOCKED_OUT, reason="api_key_invalid")
    with money.store.session():
        assert money.store.payouts.of("acme") is not None
        assert money.store.payouts.stopped() == ["acme"]
