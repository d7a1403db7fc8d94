"""Goods that stay where they are: paid for once, whatever ends their return, and then not free."""

from __future__ import annotations

import pytest

from adapters.store.returns.records import Return
from engine.returns.lifecycle import State
from services.returns.overriding import Verdict
from tests.contracts.returns.building import RETAILER, Shop
from tests.contracts.returns.test_in_parts import Sold, claimed, look, sold
from tests.contracts.returns.test_nowhere_to_go import LINES, bare

__all__ = ["bare", "sold"]

KEPT = "remedy: {give: account_credit}\ngoods: {do: keep}\n"
SOME = """
remedy: {give: account_credit}
goods:
  rows:
    - {id: G-SOFA, when: {category: furniture}, do: ship_back}
    - {id: G-ELSE, otherwise: true, do: keep}
deadlines:
  arrival:
    event: received_back
    within: 14 days
    counted_from: rma_issued
    if_late: authorization_expired
tests:
  usual: {ordered: 2025-03-01, requested: 2025-03-10, item_price: USD 10.00, category: lighting}
  cases:
    - {name: stays, expect: {goods: keep}}
    - {name: comes, given: {category: furniture}, expect: {goods: ship_back}}
    - name: late
      given: {category: furniture, rma_issued: 2025-03-10, received_back: 2025-03-25}
      expect: {answer: refuse}
"""
PRICE = 4_000


def stands(shop: Shop, made: Return) -> list[tuple[int, int]]:
    """What each line gives, and how many units of its order line are held."""
    return [(line.planned, line.reserved) for line in shop.look(made).lines]


def reopened(sold: Sold, units: int = 1) -> tuple[Shop, Return]:
    """A return of goods that stay, of an order of three; paid, closed and opened again."""
    shop = sold(KEPT, (3, "40.00"))
    made = shop.one(quantity=units)
    shop.pay()
    assert shop.square()
    return shop, shop.move(made, "reopen", "so")


def refused(shop: Shop, made: Return) -> Return:
    return shop.judge(made, [Verdict(about=made.lines[0].id, accept=False)])


def test_what_was_given_is_claimed_when_the_reopened_return_is_cancelled(sold: Sold) -> None:
    shop, made = reopened(sold, 2)
    shop.move(made, "cancel", "they were never theirs", who=RETAILER)

    assert stands(shop, made) == [(0, 0)]
    assert claimed(shop, made) == [("USD 80.00", "open")]
    assert shop.returnable() == 3


def test_a_word_on_the_line_gives_nothing_once_the_reopened_return_is_cancelled(
    sold: Sold,
) -> None:
    shop = sold(f"{KEPT}fees: {{handling: {{fee: USD 10.00}}}}\n", (3, "40.00"))
    made = shop.one()
    shop.pay()
    assert shop.square()
    shop.move(made, "reopen", "so")
    word = Verdict(about=made.lines[0].id, accept=True, remedy="account_credit", amount=1_000)
    shop.judge(made, [word])
    assert stands(shop, made) == [(PRICE, 1)]
    shop.move(made, "cancel", "no")

    assert stands(shop, made) == [(0, 0)]
    assert shop.returnable() == 3


@pytest.mark.parametrize("again", [0, 1, 2])
def test_their_units_are_held_when_the_reopened_return_is_refused(sold: Sold, again: int) -> None:
    shop, made = reopened(sold)
    made = refused(shop, made)
    for _ in range(again):
        shop.move(made, "close", "so")
        made = refused(shop, shop.move(made, "reopen", "so"))

    assert stands(shop, made) == [(PRICE, 1)]
    assert shop.returnable() == 2


@pytest.mark.parametrize("end", ["close", "expire"])
def test_their_units_are_held_when_they_were_to_come_after_all_and_did_not(
    sold: Sold, end: str
) -> None:
    shop, made = reopened(sold)
    made = shop.move(refused(shop, made), "reopen", "they send it")
    word = Verdict(about=made.lines[0].id, accept=True, remedy="account_credit", amount=0)
    shop.judge(made, [word])
    if end == "close":
        shop.move(made, "close", "it never came")

    assert stands(shop, made) == [(PRICE, 1)]
    assert shop.returnable() == 2


def test_units_that_came_after_all_are_held_once(sold: Sold) -> None:
    shop, made = reopened(sold, 2)
    made = shop.move(refused(shop, made), "reopen", "they send them")
    word = Verdict(about=made.lines[0].id, accept=True, remedy="account_credit", amount=0)
    shop.judge(made, [word])
    look(shop, made, 1)
    shop.receive(made, complete=True)

    assert stands(shop, made) == [(2 * PRICE, 2)]
    assert shop.returnable() == 1


def test_they_are_paid_as_before_when_what_was_to_come_beside_them_does_not(sold: Sold) -> None:
    shop = sold(SOME)
    shop.orders("acme")
    (made,) = shop.request(("N-1", "1", {}), ("N-1", "2", {}))
    shop.pay()
    expire(shop)

    assert shop.look(made).state is State.EXPIRED
    assert stands(shop, made) == [(PRICE, 1), (0, 0)]
    assert claimed(shop, made) == []
    shop.move(made, "close", "so")
    assert stands(shop, made) == [(PRICE, 1), (0, 0)]


def test_no_authorization_of_them_expires_while_their_money_is_on_its_way(sold: Sold) -> None:
    shop = sold(SOME)
    shop.orders("acme")
    made = shop.one()
    assert shop.look(made).expires_on is None
    expire(shop)

    assert stands(shop, made) == [(PRICE, 1)]
    shop.pay()
    assert shop.square()


def expire(shop: Shop) -> None:
    shop.clock.pass_days(20)
    while shop.wake():
        pass


SENT = f"""{SOME.partition("deadlines:")[0]}
deadlines:
  sent:
    event: shipped_back
    within: 30 days
    counted_from: ordered
    if_late: authorization_expired
tests:
  usual: {{ordered: 2025-03-01, requested: 2025-03-10, item_price: USD 10.00}}
  cases:
    - {{name: stays, given: {{category: lighting}}, expect: {{goods: keep}}}}
    - {{name: comes, given: {{category: furniture}}, expect: {{goods: ship_back}}}}
    - name: late
      given: {{category: furniture, shipped_back: 2025-05-05}}
      expect: {{answer: refuse}}
"""


def test_no_day_that_passes_until_the_others_have_a_place_is_theirs(bare: Shop) -> None:
    shop = bare
    shop.sells("acme", SENT, places=())
    shop.orders("acme", lines=LINES)
    (made,) = shop.request(("N-1", "1", {}), ("N-1", "2", {}))
    shop.pay()
    before = stands(shop, made)[0]
    shop.clock.pass_days(60)
    shop.declares("acme", "dock")
    assert shop.place() == 1
    shop.receive(made, 0, 1)

    assert stands(shop, made)[0] == before
    assert claimed(shop, made) == []


def test_no_day_on_which_the_others_were_sent_is_theirs(sold: Sold) -> None:
    shop = sold(SENT)
    shop.orders("acme")
    (made,) = shop.request(("N-1", "1", {}), ("N-1", "2", {}))
    shop.pay()
    before = stands(shop, made)[0]
    shop.clock.pass_days(60)
    shop.move(made, "ship", "UPS", "1Z 1", who=RETAILER)
    shop.receive(made, 0, 1)

    assert stands(shop, made)[0] == before
    assert claimed(shop, made) == []
