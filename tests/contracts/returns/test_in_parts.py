"""Returns that come back in parts are paid what the policy says of the whole, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapters.store.connection.address import Address
from adapters.store.drafts import LineDraft
from adapters.store.money.records import Claim
from adapters.store.returns.records import Return
from engine.money import Money
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from engine.settlement.machine import SettlementState
from tests.contracts.returns.building import Shop, opened

CREDIT = "remedy: {to_retailer: credit, of: item_price}\n"
HANDLING = f"{CREDIT}fees: {{handling: {{fee: USD 5.00}}}}\n"
EARLY = """
remedy: {give: account_credit, timing: immediate}
deadlines:
  arrival:
    event: received_back
    within: 14 days
    counted_from: rma_issued
    if_late: authorization_expired
tests:
  usual: {ordered: 2025-03-01, requested: 2025-03-10, item_price: USD 100.00, condition: used}
  cases:
    - {name: fine, expect: {answer: accept, net: USD 100.00}}
    - name: arrived late
      given: {rma_issued: 2025-03-10, received_back: 2025-03-25}
      expect: {answer: refuse}
"""
SUITE = """
remedy: {give: account_credit}
values: {category: [lighting, furniture]}
groups: {suite: {category: [lighting, furniture]}}
whole_return: {sets: {all_of: suite, else: refuse, code: quantity_rule}}
tests:
  usual: {ordered: 2025-03-01, requested: 2025-03-10}
  cases:
    - name: one is refused
      given:
        lines:
          - {category: lighting, item_price: USD 10.00}
          - {category: furniture, item_price: USD 20.00}
      expect: {answer: accept, net: USD 30.00}
"""
DEAR = """
remedy: {give: account_credit}
value:
  rows:
    - {id: V-DEAR, when: {item_price: {at_least: USD 50.00}}, percent: 100%}
    - {id: V-ELSE, otherwise: true, percent: 50%}
tests:
  usual: {ordered: 2025-03-01, requested: 2025-03-10}
  cases:
    - {name: dear, given: {item_price: USD 50.00}, expect: {net: USD 50.00}}
    - {name: cheap, given: {item_price: USD 49.00}, expect: {net: USD 24.50}}
"""

Sold = Callable[..., Shop]


@pytest.fixture
def sold(address: Address) -> Iterator[Sold]:
    """A shop that sold lines of `(units, price)` under a policy; lamps first, then sofas."""
    shop = opened(address)

    def sell(policy: str, *lines: tuple[int, str], **said: Any) -> Shop:
        shop.sells("acme", policy)
        if lines:
            order(shop, "N-1", *lines, **said)
        return shop

    yield sell
    shop.library.close()
    shop.store.close()


def order(shop: Shop, name: str, *lines: tuple[int, str], by: str = "", **said: Any) -> None:
    drafts = [
        LineDraft(
            number=str(at + 1),
            sku=("LAMP", "SOFA")[at],
            quantity=units,
            unit_price=Money(round(float(price) * 100), "USD"),
            location="main",
        )
        for at, (units, price) in enumerate(lines)
    ]
    if not by:
        shop.orders("acme", name, lines=drafts, **said)
        return
    with shop.store.session():
        partner = shop.store.partners.acting(shop.partners[by])
        shop.add(partner, "acme", name, lines=drafts, **said)


def look(shop: Shop, made: Return, units: int, line: int = 0, **found: object) -> list[str]:
    """Units of a line arrive and are looked at."""
    counts = [0] * len(made.lines)
    counts[line] = units
    shop.receive(made, *counts)
    shop.inspect(made, (line, units, Disposition.RESTOCK, dict(found)))
    return paid(shop, made)


def paid(shop: Shop, *made: Return) -> list[str]:
    """The movements of returns that were not withdrawn, in the order in which they were made."""
    with shop.store.session():
        every = [
            each
            for one in made
            for line in one.lines
            for each in shop.store.settlements.of_return_line(line.id)
        ]
    every.sort(key=lambda each: each.made_at)
    return [str(each.amount) for each in every if each.state is not SettlementState.CANCELLED]


def claims(shop: Shop, made: Return) -> tuple[Claim, ...]:
    with shop.store.session():
        return tuple(each for line in made.lines for each in shop.store.claims.of_line(line.id))


def claimed(shop: Shop, made: Return) -> list[tuple[str, str]]:
    return [(str(each.amount), each.state) for each in claims(shop, made)]


# --- fees and shares ------------------------------------------------------------------------------


def test_each_look_pays_the_difference_to_what_was_paid_before(sold: Sold) -> None:
    shop = sold(HANDLING, (2, "25.00"))
    made = shop.one(quantity=2)

    assert look(shop, made, 1) == ["USD 20.00"]
    assert shop.look(made).state is State.PARTLY_RECEIVED
    assert look(shop, made, 1) == ["USD 20.00", "USD 25.00"]


def test_three_units_one_by_one_pay_their_fee_once(sold: Sold) -> None:
    shop = sold(HANDLING, (3, "5.00"))
    made = shop.one(quantity=3)

    assert look(shop, made, 1) == []
    assert look(shop, made, 1) == ["USD 5.00"]
    assert look(shop, made, 1) == ["USD 5.00", "USD 5.00"]


def test_a_row_is_asked_with_the_price_of_all_units_that_come_back(sold: Sold) -> None:
    shop = sold(DEAR, (2, "25.00"))
    made = shop.one(quantity=2)

    assert look(shop, made, 1) == ["USD 25.00"]
    assert look(shop, made, 1) == ["USD 25.00", "USD 25.00"]


def test_a_row_is_asked_with_what_arrived_when_nothing_more_comes(sold: Sold) -> None:
    shop = sold(DEAR, (2, "25.00"))
    made = shop.one(quantity=2)
    look(shop, made, 1)
    shop.pay()

    shop.move(made, "close", "no more comes")

    assert paid(shop, made) == ["USD 25.00"]
    assert claimed(shop, made) == [("USD 12.50", "open")]


def test_halves_of_the_smallest_coins_add_up(sold: Sold) -> None:
    shop = sold("remedy: {give: account_credit}\nvalue: {percent: 50%}\n", (10, "0.05"))
    made = shop.one(quantity=10)
    for _ in range(10):
        look(shop, made, 1)

    assert sum(float(each[4:]) for each in paid(shop, made)) == pytest.approx(0.25)


# --- over the order -------------------------------------------------------------------------------


def test_two_returns_of_one_order_give_its_shipping_back_once(sold: Sold) -> None:
    policy = f"{CREDIT}outbound_shipping: {{refund: full}}\n"
    shop = sold(policy)
    order(shop, "N-1", (2, "25.00"), by="acme", facts={"outbound_paid": "USD 6.00"})
    first, second = shop.one(quantity=1), shop.one(quantity=1)

    assert look(shop, second, 1) == ["USD 31.00"]
    assert look(shop, first, 1) == ["USD 25.00"]


def test_a_fee_per_order_is_taken_once_over_its_returns(sold: Sold) -> None:
    policy = f"{CREDIT}fees: {{handling: {{fee: USD 6.00, per: order}}}}\n"
    shop = sold(policy, (3, "25.00"))
    first, second = shop.one(quantity=2), shop.one(quantity=1)

    assert look(shop, first, 1) == ["USD 19.00"]
    assert look(shop, second, 1) == ["USD 25.00"]
    assert look(shop, first, 1) == ["USD 19.00", "USD 25.00"]


def test_nothing_of_a_set_is_paid_until_all_of_it_is_here(sold: Sold) -> None:
    shop = sold(SUITE, (1, "100.00"), (4, "20.00"))
    (made,) = shop.request(("N-1", "1", {}), ("N-1", "2", {"quantity": 4}))

    assert look(shop, made, 1, line=0) == []
    assert look(shop, made, 3, line=1) == []
    look(shop, made, 1, line=1)

    assert sum(float(each[4:]) for each in paid(shop, made)) == 180


def test_a_table_without_its_chairs_is_refused_when_nothing_more_comes(sold: Sold) -> None:
    shop = sold(SUITE, (1, "100.00"), (4, "20.00"))
    (made,) = shop.request(("N-1", "1", {}), ("N-1", "2", {"quantity": 4}))
    shop.receive(made, 1, 0, complete=True)
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))

    assert paid(shop, made) == []
    assert [each.outcome.code for each in shop.inspections(made) if each.outcome] == [
        "quantity_rule"
    ]


def test_a_table_without_its_chairs_is_not_asked_for(sold: Sold) -> None:
    shop = sold(SUITE, (1, "100.00"), (4, "20.00"))

    assert shop.one().state is State.REFUSED


# --- paid before, and not owed --------------------------------------------------------------------


def expired(shop: Shop) -> None:
    shop.clock.pass_days(16)
    while shop.wake():
        pass


def test_goods_that_never_come_are_claimed_back_and_offset_from_the_next_credit(sold: Sold) -> None:
    shop = sold(EARLY, (2, "40.00"))
    made = shop.one(quantity=1, condition="used")
    assert paid(shop, made) == ["USD 40.00"]
    shop.pay()
    order(shop, "N-2", (2, "30.00"))

    expired(shop)
    assert shop.look(made).state is State.EXPIRED
    assert claimed(shop, made) == [("USD 40.00", "open")]

    next_ = shop.one(number="N-2", quantity=2, condition="used")
    assert paid(shop, next_) == ["USD 20.00"]
    assert claimed(shop, made) == [("USD 40.00", "paid")]


def test_goods_that_never_come_are_not_paid_where_nothing_was_sent_yet(sold: Sold) -> None:
    shop = sold(EARLY, (2, "40.00"))
    made = shop.one(quantity=1, condition="used")

    expired(shop)

    assert paid(shop, made) == []
    assert claimed(shop, made) == []


def test_goods_that_come_worse_are_claimed_for_the_difference(sold: Sold) -> None:
    policy = """
fees:
  wear: {when: {condition: soiled}, fee: 40% of item_price}
"""
    case = "    - {name: soiled, given: {condition: soiled}, expect: {net: USD 60.00}}\n"
    shop = sold(policy + EARLY + case, (2, "40.00"))
    made = shop.one(quantity=2, condition="used")
    shop.pay()

    look(shop, made, 1, condition="soiled")

    assert paid(shop, made) == ["USD 80.00"]
    assert claimed(shop, made) == [("USD 16.00", "open")]


def test_a_claim_that_is_billed_has_a_due_day_and_lessens_no_credit(sold: Sold) -> None:
    shop = sold(f"overpaid: {{by: billed, within: 30 days}}\n{EARLY}", (2, "40.00"))
    made = shop.one(quantity=1, condition="used")
    shop.pay()
    order(shop, "N-2", (2, "30.00"))

    expired(shop)
    next_ = shop.one(number="N-2", quantity=1, condition="used")

    (claim,) = claims(shop, made)
    assert (str(claim.amount), claim.by, claim.due_on) == ("USD 40.00", "billed", "2025-07-17")
    assert paid(shop, next_) == ["USD 30.00"]
