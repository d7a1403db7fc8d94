"""A claim that was dropped lets the money stay: its units count as given, others are paid."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from adapters.store.connection.schema import MIGRATIONS
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from engine.settlement.gateway import Answered
from engine.settlement.ledger import ClaimState
from services.returns.claiming import end_claim
from services.returns.overriding import Verdict
from tests.contracts.returns.building import Shop
from tests.contracts.returns.test_in_disorder import undo_last
from tests.contracts.returns.test_in_parts import (
    CREDIT,
    EARLY,
    Sold,
    claimed,
    claims,
    expired,
    look,
    order,
    paid,
    sold,
)

__all__ = ["sold"]

WORN = """
fees:
  wear: {when: {condition: soiled}, fee: 40% of item_price}
"""


def drop(shop: Shop, made: Return) -> None:
    (claim,) = (each for each in claims(shop, made) if each.state is ClaimState.OPEN)
    with shop.store.writing():
        end_claim(shop.service(), claim, ClaimState.DROPPED, "a good customer", "key s")


def again(shop: Shop, made: Return, **found: object) -> None:
    shop.inspect(made, (0, 1, Disposition.RESTOCK, dict(found)))


@pytest.mark.parametrize("receipt", [False, True])
def test_units_whose_claim_was_dropped_are_not_paid_again(sold: Sold, receipt: bool) -> None:
    shop = sold(CREDIT, (3, "40.00"))
    made = shop.one(quantity=3)
    look(shop, made, 1)
    shop.pay()
    undo_last(shop, made, receipt=receipt)
    drop(shop, made)

    if receipt:
        look(shop, made, 1)
    else:
        again(shop, made)
    assert (paid(shop, made), claimed(shop, made)) == (["USD 40.00"], [("USD 40.00", "dropped")])

    assert look(shop, made, 1) == ["USD 40.00"] * 2
    assert look(shop, made, 1) == ["USD 40.00"] * 3
    assert claimed(shop, made) == [("USD 40.00", "dropped")]


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_claim_that_a_later_look_has_paid_takes_of_the_line_what_it_gives(
    sold: Sold, rounds: int
) -> None:
    shop = sold(CREDIT, (3, "40.00"))
    made = shop.one(quantity=3)
    look(shop, made, 2)
    shop.pay()
    for _ in range(rounds):
        undo_last(shop, made)
        shop.inspect(made, (0, 2, Disposition.RESTOCK, {}))
    look(shop, made, 1)
    shop.pay()
    shop.move(made, "close", "all is here")
    shop.move(made, "reopen", "they ask for more")
    word = Verdict(about=made.lines[0].id, accept=True, remedy="account_credit", amount=1)

    with pytest.raises(
        RequestFault, match=r"worth USD 0\.00 at most, beside what was given before"
    ):
        shop.judge(made, [word])
    with shop.store.session():
        assert shop.store.refunds.taken_of_line(made.lines[0].order_line) == 12_000
    assert claimed(shop, made) == [("USD 80.00", "paid")] * rounds


def test_others_are_paid_while_those_are_not_accepted(sold: Sold) -> None:
    shop = sold(CREDIT, (3, "40.00"))
    made = shop.one(quantity=3)
    look(shop, made, 1)
    shop.pay()
    undo_last(shop, made)
    drop(shop, made)

    shop.receive(made, 2)
    shop.inspect(made, (0, 2, Disposition.RESTOCK, {}))
    again(shop, made)

    assert paid(shop, made) == ["USD 40.00"] * 3


def test_what_is_found_better_is_paid_above_what_stays(sold: Sold) -> None:
    case = "    - {name: soiled, given: {condition: soiled}, expect: {net: USD 60.00}}\n"
    shop = sold(WORN + EARLY + case, (2, "40.00"))
    made = shop.one(quantity=2, condition="used")
    shop.pay()
    look(shop, made, 1, condition="soiled")
    drop(shop, made)

    undo_last(shop, made)
    again(shop, made)
    look(shop, made, 1)

    assert paid(shop, made) == ["USD 80.00"]
    assert claimed(shop, made) == [("USD 16.00", "dropped")]


def test_goods_that_come_after_their_claim_was_dropped_are_given_already(sold: Sold) -> None:
    shop = sold(EARLY, (2, "40.00"))
    made = shop.one(quantity=1, condition="used")
    shop.pay()
    expired(shop)
    drop(shop, made)
    assert shop.look(made).lines[0].planned == 4_000

    shop.move(made, "reopen", "they are here")
    shop.judge(made, [Verdict(about=made.lines[0].id, accept=True, remedy="account_credit")])
    look(shop, made, 1)

    assert paid(shop, made) == ["USD 40.00"]


def test_a_dropped_claim_stays_dropped_where_a_credit_that_it_lessened_is_withdrawn(
    sold: Sold,
) -> None:
    shop = sold(EARLY, (2, "40.00"))
    made = shop.one(quantity=1, condition="used")
    shop.pay()
    expired(shop)
    order(shop, "N-2", (1, "30.00"))
    order(shop, "N-3", (1, "5.00"))
    other = shop.one(number="N-3", quantity=1, condition="used")
    drop(shop, made)

    shop.move(other, "cancel", "not sent")

    assert claimed(shop, made) == [("USD 40.00", "dropped")]
    assert claimed(shop, other) == [("USD 5.00", "open")]
    assert shop.look(made).state is State.EXPIRED


# --- opened again ---------------------------------------------------------------------------------


def said(shop: Shop, made: Return, amount: int, at: int | None = None) -> str:
    """`taken`, or why a person's word is refused: of the line, or of an inspection."""
    about = made.lines[0].id if at is None else shop.inspections(made)[at].id
    word = Verdict(about=about, accept=True, remedy="account_credit", amount=amount)
    try:
        shop.judge(made, [word])
    except RequestFault as fault:
        return fault.code
    return "taken"


def opened_again(shop: Shop, made: Return) -> None:
    if shop.look(made).state is not State.CLOSED:
        shop.move(made, "close", "so")
    shop.move(made, "reopen", "so")


REFUND = "remedy: {give: refund}\n"
Resolve = Callable[[Shop, str], object]
RESOLVED: dict[str, tuple[Resolve | None, str]] = {
    "open": (None, "over_ceiling"),
    "credited instead": (
        lambda shop, key: shop.store.resolving.credit_instead(key, "tests"),
        "over_ceiling",
    ),
    "given up": (lambda shop, key: shop.store.resolving.give_up(key, "tests", "so"), "taken"),
}


@pytest.mark.parametrize(("resolve", "answer"), RESOLVED.values(), ids=RESOLVED)
def test_money_that_failed_is_given_anew_only_where_it_was_given_up(
    sold: Sold, resolve: Resolve | None, answer: str
) -> None:
    shop = sold(REFUND, (3, "40.00"))
    made = shop.one(quantity=1)
    look(shop, made, 1)
    shop.pay()
    shop.square()
    shop.clock.pass_days(2)
    shop.pay(Answered.FAILED)
    with shop.store.writing():
        (failed,) = shop.store.settlements.of_return_line(made.lines[0].id)
        if resolve is not None:
            resolve(shop, failed.id)

    opened_again(shop, made)

    assert said(shop, made, 4_000) == answer


def test_money_that_a_dropped_claim_let_stay_is_not_given_anew(sold: Sold) -> None:
    shop = sold(CREDIT, (3, "40.00"))
    made = shop.one(quantity=1)
    look(shop, made, 1)
    shop.pay()
    undo_last(shop, made)
    drop(shop, made)
    again(shop, made)
    shop.judge(made, [Verdict(about=shop.inspections(made)[-1].id, accept=False)])

    opened_again(shop, made)

    assert said(shop, made, 1) == "over_ceiling"


def test_shipping_is_given_once_whatever_is_said_of_each_part(sold: Sold) -> None:
    shipped = f"{REFUND}outbound_shipping: {{refund: full}}\n"
    shop = sold(shipped, (3, "40.00"), facts={"outbound_paid": "USD 6.00"}, by="acme")
    made = shop.one(quantity=2)
    look(shop, made, 1)
    look(shop, made, 1)

    assert said(shop, made, 4_600, 0) == "over_ceiling"  # the other part gives half of it
    assert [said(shop, made, 4_000, 0), said(shop, made, 4_600, 1)] == ["taken", "taken"]
    assert said(shop, made, 4_001, 0) == "over_ceiling"


def test_units_that_did_not_come_after_all_are_claimed_also_of_a_return_opened_again(
    sold: Sold,
) -> None:
    shop = sold(CREDIT, (3, "40.00"))
    made = shop.one(quantity=2)
    look(shop, made, 1)
    shop.pay()
    opened_again(shop, made)
    assert said(shop, made, 4_000) == "taken"
    look(shop, made, 1)
    shop.pay()

    undo_last(shop, made, receipt=True)
    undo_last(shop, made, receipt=True)

    assert shop.look(made).lines[0].planned == 0
    assert claimed(shop, made) == [("USD 40.00", "open")] * 2


# --- claims of before their uses had a line -------------------------------------------------------


def migrated(shop: Shop, kind: str) -> None:
    """The lines of all uses as the migration finds them."""
    text = (MIGRATIONS / kind / "0035_lines_of_claim_uses.sql").read_text()
    updates = [each for each in re.split(r";\n", text) if "UPDATE" in each]
    with shop.store.writing():
        for sql in ("UPDATE claim_use SET order_line = ''", *updates):
            shop.store._database.execute(re.sub("--.*", "", sql))


def taken(shop: Shop, *made: Return) -> list[int]:
    with shop.store.session():
        return [shop.store.refunds.taken_of_line(each.lines[0].order_line) for each in made]


def test_a_use_of_before_counts_for_the_line_of_its_claim_where_that_is_given_again(
    sold: Sold, kind: str
) -> None:
    shop = sold(CREDIT, (3, "40.00"))
    made = shop.one(quantity=2)
    look(shop, made, 2)
    shop.pay()
    undo_last(shop, made)
    shop.inspect(made, (0, 2, Disposition.RESTOCK, {}))

    migrated(shop, kind)

    assert taken(shop, made) == [8_000]


def test_a_use_of_before_counts_for_none_where_another_line_had_the_credit(
    sold: Sold, kind: str
) -> None:
    shop = sold(CREDIT, (2, "40.00"))
    made = shop.one(quantity=1)
    look(shop, made, 1)
    shop.pay()
    undo_last(shop, made)
    order(shop, "N-2", (1, "30.00"))
    other = shop.one(number="N-2", quantity=1)
    look(shop, other, 1)
    assert taken(shop, made, other) == [0, 3_000]

    migrated(shop, kind)

    assert taken(shop, made, other) == [0, 0]


# --- old settlements that were not owed -----------------------------------------------------------


def excesses(shop: Shop, *made: Return) -> list[int]:
    with shop.store.session():
        of_line = shop.store.settlements.of_return_line
        return [n.excess for each in made for line in each.lines for n in of_line(line.id)]


def test_what_was_withdrawn_before_is_told_from_what_a_person_gave_up(
    sold: Sold, kind: str
) -> None:
    shop = sold(REFUND, (3, "40.00"))
    gone, given_up, failed = (shop.one(quantity=1) for _ in range(3))
    look(shop, gone, 1)
    undo_last(shop, gone)  # never sent, and withdrawn
    for each in (given_up, failed):
        look(shop, each, 1)
    shop.pay(Answered.FAILED)
    with shop.store.writing():
        (row,) = shop.store.settlements.of_return_line(given_up.lines[0].id)
        shop.store.resolving.give_up(row.id, "tests", "so")
    undo_last(shop, failed)  # failed, and withdrawn
    as_made = [4_000, 0, 4_000]
    assert excesses(shop, gone, given_up, failed) == as_made

    text = (MIGRATIONS / kind / "0036_not_owed.sql").read_text()
    with shop.store.writing():
        for sql in ('UPDATE "settlement" SET "excess" = 0', re.sub("--.*", "", text)):
            shop.store._database.execute(sql)

    assert excesses(shop, gone, given_up, failed) == as_made
