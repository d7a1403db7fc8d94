"""What goes back of an order is spread over all that it was paid with, and over nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Payment, Settlement
from adapters.store.money.refunds import CancelledUnits, OrderRefund
from adapters.store.money.steps import NEXT, Asked
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.charges import ChargeRead, DisputeRead
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.machine import SettlementState
from engine.settlement.steps import next_of

S = SettlementState
Shown = list[tuple[str, int, str]]


@dataclass(slots=True)
class Purse:
    """A store; the order `po_1` of northwind with acme has the line `ol_1` of 100.00."""

    store: Store

    def pay(self, amount: int, **ways: str) -> Payment:
        new = NewPayment(
            supplier="acme",
            retailer="northwind",
            order="po_1",
            amount=Money(amount, "USD"),
            ways=PaymentReferences(**ways),
            by="tests",
        )
        with self.store.writing():
            return self.store.payments.add(new)

    def owe(
        self, amount: int, *, tax: int = 0, remedy: str = "refund", sequence: int = 1
    ) -> tuple[Settlement, ...]:
        asked = replace(self.asked(amount), tax=tax, remedy=remedy, sequence=sequence)
        with self.store.writing():
            return self.store.settlements.spread(asked, "po_1", ["ol_1"])

    def asked(self, amount: int) -> Asked:
        return Asked(
            return_line="rl_1",
            sequence=1,
            order_line="ol_1",
            supplier="acme",
            retailer="northwind",
            remedy="refund",
            amount=Money(amount, "USD"),
            line_most=10_000,
            payment=None,
            actor="policy",
        )

    def refund(self, amount: int | None = None) -> tuple[Settlement, ...]:
        said = OrderRefund(order="po_1", payee="acme", amount=amount, lines=("ol_1",))
        with self.store.writing():
            return self.store.refunds.refund_spread(said, "broken", "acme")

    def disputed(self, charge: str, status: str, amount: int = 10_000) -> None:
        read = DisputeRead(
            reference="dp_1", of=(charge,), status=status, amount=Money(amount, "USD")
        )
        with self.store.writing():
            self.store.disputes.know("acme", read)

    def fail(self, key: str) -> None:
        """As the gateway tells it, for good."""
        [taken] = [each for each in self.store.settlements.claim("tests", 0, 9) if each.id == key]
        outcome = GatewayOutcome(answered=Answered.FAILED, reference=f"re_{key}")
        after = next_of(taken.standing(self.store.now()), outcome)
        self.store.settlements.record(taken, "tests", outcome, after)


def shown(made: tuple[Settlement, ...]) -> Shown:
    return [(each.ways.charge, each.amount.minor, each.trouble) for each in made]


@pytest.fixture
def money(address: Address) -> Iterator[Purse]:
    store = open_store(address, lambda: datetime(2025, 6, 1, tzinfo=UTC))
    yield Purse(store)
    store.close()


def test_two_payments_carry_what_neither_does_alone(money: Purse) -> None:
    money.pay(3_000, charge="ch_1")
    money.pay(7_000, charge="ch_2")

    made = money.owe(10_000, tax=1_001)

    assert shown(made) == [("ch_1", 3_000, ""), ("ch_2", 7_000, "")]
    assert [each.sequence for each in made] == [1, 2]
    assert sum(each.tax for each in made) == 1_001
    assert all(each.tax <= each.amount.minor for each in made)


def test_what_one_payment_carries_is_one_movement(money: Purse) -> None:
    money.pay(3_000, charge="ch_1")
    money.pay(7_000, charge="ch_2")

    assert shown(money.owe(5_000)) == [("ch_2", 5_000, "")]


def test_only_what_none_of_them_carries_goes_to_a_person(money: Purse) -> None:
    money.pay(3_000, charge="ch_1")
    money.pay(4_000)

    assert shown(money.owe(10_000)) == [
        ("ch_1", 3_000, ""),
        ("", 4_000, "by_hand"),
        ("ch_1", 3_000, "over_ceiling"),
    ]


def test_what_one_payment_does_not_carry_is_not_cut(money: Purse) -> None:
    money.pay(3_000, charge="ch_1")

    assert shown(money.owe(4_000)) == [("ch_1", 4_000, "over_ceiling")]


def test_what_the_line_is_not_worth_moves_nowhere(money: Purse) -> None:
    money.pay(8_000, charge="ch_1")
    money.pay(7_000, charge="ch_2")

    assert shown(money.owe(10_001)) == [("ch_1", 10_001, "over_ceiling")]


def test_a_disputed_payment_is_left_out_while_others_carry(money: Purse) -> None:
    money.pay(6_000, charge="ch_1")
    money.pay(4_000, charge="ch_2")
    money.disputed("ch_1", "needs_response")

    assert shown(money.owe(9_000)) == [("ch_2", 4_000, ""), ("ch_1", 5_000, "disputed")]

    money.disputed("ch_1", "won")
    with money.store.session():
        made = money.store.settlements.of_return_line("rl_1")
    assert [each.state for each in made] == [S.PLANNED, S.PLANNED]


def test_a_credit_without_a_payment_counts_when_one_is_said_later(money: Purse) -> None:
    [credit] = money.owe(4_000, remedy="account_credit")
    assert (credit.instrument, credit.payment) == (Instrument.OWN_CREDIT, None)
    money.pay(10_000, charge="ch_1")

    with pytest.raises(RequestFault) as caught:
        money.refund(6_001)
    assert caught.value.code == "over_what_is_left"
    assert shown(money.refund()) == [("ch_1", 6_000, "")]


def test_a_refund_of_an_order_needs_no_payment(money: Purse) -> None:
    money.pay(3_000, charge="ch_1")
    money.pay(7_000, charge="ch_2")

    said = OrderRefund(order="po_1", payee="acme", amount=8_000, lines=("ol_1",))
    with money.store.session():
        preview = money.store.refunds.preview(said)
    made = money.refund(8_000)

    assert [(each.payment.ways.charge, each.amount.minor) for each in preview.shares] == [
        (charge, amount) for charge, amount, _ in shown(made)
    ]
    assert shown(made) == [("ch_1", 3_000, ""), ("ch_2", 5_000, "")]
    assert preview.left_after.minor == 2_000
    assert shown(money.refund()) == [("ch_2", 2_000, "")]


@pytest.mark.parametrize("fails", [(), (0,), (1,), (0, 1)])
def test_of_a_spread_refund_as_many_units_are_given_back_as_its_money_reaches(
    money: Purse, fails: tuple[int, ...]
) -> None:
    money.pay(3_500, charge="ch_1")
    money.pay(6_500, charge="ch_2")
    said = OrderRefund(
        order="po_1",
        payee="acme",
        amount=10_000,
        units=(CancelledUnits(order_line="ol_1", units=4),),
        lines=("ol_1",),
    )
    with money.store.writing():
        made = money.store.refunds.refund_spread(said, "cancelled", "acme")

    def given() -> int:
        with money.store.session():
            return money.store.refunds.units_refunded("ol_1")

    moved = 10_000
    for place in fails:
        with money.store.writing():
            money.fail(made[place].id)
    assert given() == 4  # what failed waits for a person

    for place in fails[:1]:
        with money.store.writing():
            money.store.resolving.credit_instead(made[place].id, "acme")
    assert given() == 4

    for place in fails[1:]:
        moved -= made[place].amount.minor
        with money.store.writing():
            money.store.resolving.give_up(made[place].id, "acme", "so")
    assert moved <= given() * 2_500 < moved + 2_500


def test_a_dispute_of_a_part_holds_that_part_alone(money: Purse) -> None:
    money.pay(10_000, charge="ch_1")
    money.disputed("ch_1", "needs_response", 4_000)

    assert shown(money.owe(9_000)) == [("ch_1", 6_000, ""), ("ch_1", 3_000, "disputed")]
    with pytest.raises(RequestFault, match=r"USD 0\.00 may go back") as caught:
        money.refund(1_000)
    assert caught.value.code == "disputed"


def test_who_asks_for_more_than_a_dispute_leaves_is_told_how_much_that_is(money: Purse) -> None:
    money.pay(10_000, charge="ch_1")
    money.disputed("ch_1", "needs_response", 4_000)
    with pytest.raises(RequestFault, match=r"USD 60\.00 may go back before the dispute ends"):
        money.refund(6_001)
    money.refund(6_000)


def test_what_a_dispute_of_a_part_holds_goes_on_as_far_as_it_is_let_go(money: Purse) -> None:
    money.pay(10_000, charge="ch_1")
    money.disputed("ch_1", "needs_response", 10_000)
    money.owe(3_000)
    money.owe(5_000, sequence=2)

    money.disputed("ch_1", "needs_response", 6_000)
    with money.store.session():
        made = money.store.settlements.of_return_line("rl_1")
    assert [each.state for each in made] == [S.PLANNED, S.NEEDS_ATTENTION]

    money.disputed("ch_1", "won", 6_000)
    with money.store.session():
        made = money.store.settlements.of_return_line("rl_1")
    assert [each.state for each in made] == [S.PLANNED, S.PLANNED]


REMEDIES = ("refund", "account_credit", "refund_by_check", "store_credit")
CARRIED = {
    "of nothing": (),
    "by hand": ({},),
    "of two charges": ({"charge": "ch_1"}, {"charge": "ch_2"}),
    "of one charge by two names": ({"charge": "ch_1"}, {"invoice": "in_1"}, {"charge": "pi_2"}),
}


@pytest.mark.parametrize("ways", CARRIED.values(), ids=CARRIED)
@pytest.mark.parametrize("disputed", [False, True])
def test_what_is_planned_one_after_the_other_is_known_without_a_look(
    money: Purse, ways: tuple[dict[str, str], ...], *, disputed: bool
) -> None:
    """As if it was read again before each: also what does not fit, and other lines' ceilings."""
    for each in ways:
        money.pay(4_000, **each)
    if ways and "charge" in ways[0]:
        with money.store.writing():
            whole = Money(9_000, "USD")
            charge = ChargeRead(reference="ch_1", invoice="in_1", amount=whole, left=whole)
            money.store.charges.know("acme", charge)
    if disputed:
        money.disputed("ch_1", "needs_response", 2_000)
    own, lines = {"rl_1": "ol_1", "rl_2": "ol_2", "rl_3": "ol_1"}, ["ol_1", "ol_2"]
    settlements = money.store.settlements
    with money.store.writing():
        purses = settlements.purses("po_1", "acme", lines, own)
        for at, minor in enumerate((1_000, 2_500, 700, 6_000, 1_500, 2_000, 1, 3_000)):
            line = [*own][at % 3]
            asked = replace(
                money.asked(minor), return_line=line, order_line=own[line], remedy=REMEDIES[at % 4]
            )
            settlements.spread_over(replace(asked, sequence=NEXT, claimed=at), purses)
            read = settlements.purses("po_1", "acme", lines, own)
            assert (purses.rows, purses.taken, purses.left) == (read.rows, read.taken, read.left)
            for line_, order_line in own.items():
                known = (purses.taken_of(order_line), purses.last(line_))
                assert known == (read.taken_of(order_line), read.last(line_))
