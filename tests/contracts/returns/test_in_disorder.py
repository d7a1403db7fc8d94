"""Pieces in disorder: corrections, failures and wrong clocks in the middle of a return."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.store.drafts import LineDraft
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from engine.settlement.gateway import Answered
from services.returns.arriving import correcting
from services.returns.due_deadlines import settle_waiting
from services.returns.overriding import Verdict
from tests.contracts.returns.building import SUPPLIER, Shop
from tests.contracts.returns.test_in_parts import (
    CREDIT,
    EARLY,
    Sold,
    claimed,
    expired,
    look,
    paid,
    sold,
)

__all__ = ["sold"]

REFUND = "remedy: {give: refund}\n"
ONCE = f"{CREDIT}fees: {{handling: {{fee: USD 6.00, per: order}}}}\n"
WHOLE = """
remedy: {give: account_credit}
fees: {handling: {fee: USD 5.00, per: return}}
whole_return: {rows: [{id: W, when: {whole_order_back: true}, waive: [fees]}]}
tests:
  usual: {ordered: 2025-03-01, requested: 2025-03-10, item_price: USD 100.00}
  cases:
    - {name: part, given: {whole_order_back: false}, expect: {answer: accept, net: USD 95.00}}
    - {name: whole, given: {whole_order_back: true}, expect: {answer: accept, net: USD 100.00}}
"""
MANY = 20


def undo_last(shop: Shop, made: Return, *, receipt: bool = False) -> None:
    """What was found last was wrong; with `receipt` its units did not come either."""
    with shop.store.writing():
        found = shop.service().hold(made.id)
        assert found is not None
        each = shop.store.arrivals.inspections(made.id)[-1]
        correcting.undo_inspection(shop.service(), SUPPLIER, found, each.id, "wrong")
        if receipt:
            found = shop.store.returns.now(made.id)
            what = correcting.Uncounted(receipt=None, arrival=each.arrival)
            correcting.undo_receipt(shop.service(), SUPPLIER, found, what, "wrong")


def undo_arrival(shop: Shop, made: Return, at: int, *, receipt: bool = True) -> None:
    """What was found of an arrival was wrong, by its place; with `receipt` nothing came either."""
    arrival = shop.arrivals(made)[at].id
    with shop.store.writing():
        found = shop.service().hold(made.id)
        assert found is not None
        for each in shop.store.arrivals.inspections(made.id):
            if each.arrival == arrival:
                found = correcting.undo_inspection(
                    shop.service(), SUPPLIER, found, each.id, "wrong"
                )
        if receipt:
            what = correcting.Uncounted(receipt=None, arrival=arrival)
            correcting.undo_receipt(shop.service(), SUPPLIER, found, what, "wrong")


def settled(shop: Shop) -> int:
    """How many returns that waited for others the worker settled; `MANY` if it never ends."""
    for count in range(MANY):
        with shop.store.writing():
            if not settle_waiting(shop.service()):
                return count
    return MANY


def taxed(shop: Shop, tax: int, units: int = 2) -> None:
    line = LineDraft(
        number="1",
        sku="LAMP",
        quantity=units,
        unit_price=Money(4_000, "USD"),
        tax=Money(tax, "USD"),
        location="main",
    )
    shop.orders("acme", "N-1", lines=[line])


# --- workers --------------------------------------------------------------------------------------


def test_goods_that_nobody_announced_do_not_keep_an_authorization_open(sold: Sold) -> None:
    shop = sold(EARLY, (2, "40.00"))
    strange, other = (shop.one(quantity=1, condition="used") for _ in range(2))
    shop.receive(strange, stray=("SOFA", 1))

    expired(shop)

    assert [shop.look(each).state for each in (strange, other)] == [State.EXPIRED] * 2


def test_a_return_of_which_nothing_is_settled_any_more_waits_for_no_other(sold: Sold) -> None:
    shop = sold(WHOLE, (2, "40.00"))
    first, second = shop.one(quantity=1), shop.one(quantity=1)
    look(shop, first, 1)
    undo_last(shop, first)
    shop.clock.pass_days(1)
    shop.receive(second, 1)

    assert settled(shop) <= 1
    assert settled(shop) == 0


def test_a_return_that_a_person_looks_at_again_is_not_settled_meanwhile(sold: Sold) -> None:
    shop = sold(WHOLE, (2, "40.00"))
    first, second = shop.one(quantity=1), shop.one(quantity=1)
    look(shop, first, 1)
    shop.move(first, "close", "so")
    shop.move(first, "reopen", "again")
    shop.clock.pass_days(1)
    shop.receive(second, 1)

    assert settled(shop) == 0
    assert shop.look(first).held_for == "reopened"


@pytest.mark.parametrize("hours", [-48, 0, 48])
def test_a_return_waits_for_others_whatever_the_clocks_say(sold: Sold, hours: int) -> None:
    shop = sold(WHOLE, (2, "40.00"))
    first, second = shop.one(quantity=1), shop.one(quantity=1)
    look(shop, first, 1)
    assert not shop.square()  # part of its money hangs on the other
    shop.clock.at += timedelta(hours=hours)
    look(shop, second, 1)

    assert settled(shop) == 1
    assert sorted(paid(shop, first, second)) == ["USD 35.00", "USD 40.00", "USD 5.00"]
    shop.clock.pass_days(5)
    shop.pay()
    assert shop.square() + shop.square() == 2


def test_a_return_of_which_only_strange_goods_came_ends(sold: Sold) -> None:
    shop = sold(CREDIT, (2, "40.00"))
    made = shop.one(quantity=2)
    shop.receive(made, stray=("SOFA", 1), complete=True)
    (stray,) = shop.arrivals(made)
    shop.inspect_stray(made, stray.id, 1, Disposition.SCRAP)

    assert shop.square()
    assert shop.returnable() == 2


def test_what_was_to_come_is_awaited_again_when_a_receipt_of_strange_goods_alone_is_undone(
    sold: Sold,
) -> None:
    shop = sold(CREDIT, (2, "40.00"))
    made = shop.one(quantity=2)
    shop.receive(made, stray=("SOFA", 1), complete=True)
    undo_arrival(shop, made, 0)

    assert shop.returnable() == 0
    assert look(shop, made, 2) == ["USD 80.00"]


def test_goods_that_stay_need_no_arrival_where_a_parcel_was_named(sold: Sold) -> None:
    shop = sold("remedy: {give: account_credit}\ngoods: {do: keep}\n", (2, "40.00"))
    made = shop.one(quantity=2)
    shop.move(made, "ship", "ups", "1Z")
    shop.pay()

    assert shop.square()


def test_a_receipt_undone_after_the_last_day_lets_the_authorization_expire(sold: Sold) -> None:
    shop = sold(EARLY, (2, "40.00"))
    made = shop.one(quantity=1, condition="used")
    shop.receive(made, 1)
    shop.clock.pass_days(20)
    with shop.store.writing():
        found = shop.service().hold(made.id)
        assert found is not None
        (arrival,) = shop.store.arrivals.of(made.id)
        what = correcting.Uncounted(receipt=None, arrival=arrival.id)
        correcting.undo_receipt(shop.service(), SUPPLIER, found, what, "another's parcel")

    assert shop.wake()
    assert shop.look(made).state is State.EXPIRED
    shop.move(made, "reopen", "it comes")
    shop.judge(made, [Verdict(about=made.lines[0].id, accept=True, amount=4_000)])
    assert not shop.wake()  # an approval anew has its own days
    assert shop.look(made).state is State.APPROVED


# --- over the order -------------------------------------------------------------------------------


def test_a_fee_per_order_of_units_that_did_not_come_after_all_is_still_to_be_taken(
    sold: Sold,
) -> None:
    shop = sold(ONCE, (2, "4.00"))
    first, second = shop.one(quantity=1), shop.one(quantity=1)
    look(shop, first, 1)
    undo_last(shop, first, receipt=True)

    assert look(shop, second, 1) == []


def test_units_that_came_back_are_not_free_again_where_a_return_is_refused_later(
    sold: Sold,
) -> None:
    shop = sold(CREDIT, (3, "40.00"))
    made = shop.one(quantity=1)
    look(shop, made, 1)
    shop.pay()
    shop.square()
    shop.move(made, "reopen", "once more")
    shop.judge(made, [Verdict(about=made.lines[0].id, accept=False)])

    assert shop.look(made).state is State.REFUSED
    assert shop.returnable() == 2


def test_units_that_came_count_where_a_return_is_opened_again(sold: Sold) -> None:
    shop = sold(WHOLE, (2, "40.00"))
    first = shop.one(quantity=1)
    look(shop, first, 1)
    shop.pay()
    shop.square()
    shop.move(first, "reopen", "once more")
    with pytest.raises(RequestFault, match="1 units of this return came"):
        shop.move(first, "cancel", "no")
    second = shop.one(quantity=1)

    assert look(shop, second, 1) == ["USD 40.00"]


# --- money that failed ----------------------------------------------------------------------------


def test_money_that_failed_is_not_made_good_by_that_of_the_next_piece(sold: Sold) -> None:
    shop = sold(REFUND, (2, "40.00"))
    made = shop.one(quantity=2)
    look(shop, made, 1)
    shop.pay(Answered.FAILED)
    look(shop, made, 1)
    shop.pay()

    assert not shop.square()
    with shop.store.writing():
        first = shop.store.settlements.of_return_line(made.lines[0].id)[0]
        shop.store.resolving.retry(first.id, "key s")
    shop.pay()
    assert shop.square()


@pytest.mark.parametrize("give_up", [False, True])
def test_money_that_failed_is_not_claimed(sold: Sold, give_up: bool) -> None:
    shop = sold(REFUND, (2, "40.00"))
    made = shop.one(quantity=2)
    look(shop, made, 1)
    shop.pay(Answered.FAILED)
    if give_up:
        with shop.store.writing():
            (failed,) = shop.store.settlements.of_return_line(made.lines[0].id)
            shop.store.resolving.give_up(failed.id, "key s")

    undo_last(shop, made)

    assert claimed(shop, made) == []
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    shop.pay()
    undo_last(shop, made)
    assert claimed(shop, made) == [("USD 40.00", "open")]


def test_money_that_nobody_paid_by_hand_yet_is_not_claimed(sold: Sold) -> None:
    shop = sold("remedy: {give: refund_by_check}\n", (2, "40.00"))
    made = shop.one(quantity=2)
    look(shop, made, 1)

    undo_last(shop, made)

    assert (paid(shop, made), claimed(shop, made)) == ([], [])


@pytest.mark.parametrize("by", ["offset", "billed"])
def test_what_is_owed_after_all_ends_the_claim_on_it(sold: Sold, by: str) -> None:
    shop = sold(f"overpaid: {{by: {by}}}\n{CREDIT}", (2, "40.00"))
    made = shop.one(quantity=2)
    look(shop, made, 1)
    shop.pay()
    undo_last(shop, made)
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))

    assert paid(shop, made) == ["USD 40.00"]
    assert claimed(shop, made) == [("USD 40.00", "paid")]


# --- tax ------------------------------------------------------------------------------------------


def test_two_lines_of_one_return_share_the_tax_of_their_order_line(sold: Sold) -> None:
    shop = sold(CREDIT)
    taxed(shop, 1)
    (made,) = shop.request(("N-1", "1", {}), ("N-1", "1", {}))
    shop.receive(made, 1, 1)
    shop.inspect(made, *((line, 1, Disposition.RESTOCK, {}) for line in (0, 1)))

    assert sorted(paid(shop, made)) == ["USD 40.00", "USD 40.01"]


def test_no_tax_is_left_of_two_lines_that_are_cancelled(sold: Sold) -> None:
    shop = sold(EARLY.replace("account_credit", "refund"))
    taxed(shop, 9)
    (made,) = shop.request(*[("N-1", "1", {"condition": "used"})] * 2)
    shop.move(made, "cancel", "no")

    assert (paid(shop, made), claimed(shop, made)) == ([], [])


def test_what_is_planned_anew_after_a_withdrawal_has_its_tax(sold: Sold) -> None:
    shop = sold(EARLY.replace("account_credit", "refund"))
    taxed(shop, 800)
    made = shop.one(quantity=2, condition="used")
    shop.receive(made, 1, complete=True)

    assert paid(shop, made) == ["USD 44.00"]
    with shop.store.session():
        (*_, last) = shop.store.settlements.of_return_line(made.lines[0].id)
    assert last.tax == 400
