"""What moves beside the price of goods: tax, the difference of an exchange, a person's word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.store.connection.address import Address
from adapters.store.drafts import LineDraft
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.lifecycle import Actor, State, Step
from engine.returns.units import Disposition
from services.returns import requesting
from services.returns.advancing import next_steps
from services.returns.overriding import Verdict
from tests.contracts.returns.building import PLAIN, RETAILER, SUPPLIER, Shop, opened

HALF = """
window: {days: 30, counted_from: delivered}
remedy: {give: account_credit}
value:
  rows:
    - {id: V-OPEN, when: {packaging: opened_original}, of: item_price, percent: 50%}
    - {id: V-ALL, otherwise: true, of: item_price}
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-05, requested: 2025-03-10, item_price: USD 100.00}
  cases:
    - {name: opened, given: {packaging: opened_original}, expect: {net: USD 50.00}}
    - {name: sealed, given: {packaging: sealed_original}, expect: {net: USD 100.00}}
"""
SWAP = """
window: {days: 30, counted_from: delivered}
remedy: {give: exchange, exchange: {same_product: false, price_difference: settled}}
"""
SHIPPED = """
window: {days: 30, counted_from: delivered}
remedy: {give: account_credit}
outbound_shipping: {refund: full}
"""
LEFT_OPEN = """
window: {days: 30, counted_from: delivered}
eligibility: {rows: [{id: E-1, otherwise: true, answer: refuse, code: final_sale}]}
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-05, requested: 2025-03-10, item_price: USD 100.00}
  cases: [{name: never, expect: {answer: refuse, decided_by: E-1}}]
"""


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    made = opened(address)
    yield made
    made.store.close()


def lamps(tax: int = 0) -> list[LineDraft]:
    """Three lamps at 40.00 each, and the tax on all of them in minor units."""
    price = Money(4_000, "USD")
    return [
        LineDraft(
            number="1",
            sku="LAMP",
            quantity=3,
            unit_price=price,
            location="main",
            tax=Money(tax, "USD"),
        )
    ]


def came(shop: Shop, made: Return, *found: dict[str, object]) -> None:
    """Units come and are looked at, one by one."""
    for each in found:
        shop.receive(made, 1)
        shop.inspect(made, (0, 1, Disposition.SCRAP, each))


def taxes(shop: Shop, line: str) -> list[tuple[int, int]]:
    """The amount and the tax of each settlement of a return line."""
    with shop.store.session():
        found = shop.store.settlements.of_return_line(line)
        return [(each.amount.minor, each.tax) for each in found]


def claims(shop: Shop, line: str) -> list[str]:
    with shop.store.session():
        return [str(each.left) for each in shop.store.claims.of_line(line)]


def test_tax_goes_back_with_its_units_and_adds_up_to_all_of_it(shop: Shop) -> None:
    shop.sells("acme", HALF)
    shop.orders("acme", lines=lamps(1_000))
    made = shop.one(quantity=3, packaging="sealed_original")

    came(shop, made, {}, {}, {})

    assert taxes(shop, made.lines[0].id) == [(4_333, 333), (4_334, 334), (4_333, 333)]


def test_tax_goes_back_as_far_as_its_value_does(shop: Shop) -> None:
    shop.sells("acme", HALF)
    shop.orders("acme", lines=lamps(900))
    first = shop.one(quantity=1, packaging="sealed_original")
    came(shop, first, {"packaging": "opened_original"})
    second = shop.one(quantity=2, packaging="sealed_original")
    came(shop, second, {}, {})

    assert taxes(shop, first.lines[0].id) == [(2_150, 150)]
    assert taxes(shop, second.lines[0].id) == [(4_300, 300), (4_300, 300)]


@pytest.mark.parametrize(
    ("difference", "paid", "claimed"),
    [("USD -5.00", [(500, 0)], []), ("USD 5.00", [], ["USD 5.00"]), (None, [], [])],
)
def test_the_price_difference_of_an_exchange_moves_either_way(
    shop: Shop, difference: str | None, paid: list[tuple[int, int]], claimed: list[str]
) -> None:
    shop.sells("acme", SWAP)
    shop.orders("acme")
    facts = (("price_difference", difference),) if difference else ()
    with shop.store.writing():
        wanted = shop.wanted("N-1", "1", quantity=1, facts=facts)
        _, (made,) = requesting.request(shop.service(), SUPPLIER, [wanted], "C-1")

    came(shop, made, {})

    assert taxes(shop, made.lines[0].id) == paid
    assert claims(shop, made.lines[0].id) == claimed


def test_a_word_that_accepts_a_refused_line_says_all_that_the_policy_lacks(shop: Shop) -> None:
    shop.sells("acme", LEFT_OPEN, places=("main", "yard"))
    line = LineDraft(number="1", sku="LAMP", quantity=1, unit_price=Money(4_000, "USD"))
    shop.orders("acme", lines=[line])
    made = shop.one()
    assert made.state is State.REFUSED
    shop.move(made, "reopen", "A good customer.")
    about = made.lines[0].id

    with pytest.raises(RequestFault, match="`remedy` and `amount` and `location`"):
        shop.judge(made, [Verdict(about=about, accept=True)])
    word = Verdict(about=about, accept=True, remedy="account_credit", amount=3_000, location="main")
    assert shop.judge(made, [word]).state is State.APPROVED
    came(shop, made, {})

    assert taxes(shop, about) == [(3_000, 0)]
    assert shop.look(made).lines[0].return_to is not None


def test_all_that_may_be_done_is_listed(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    made = shop.one(quantity=2)
    shop.receive(made, 1)
    steps = next_steps(shop.look(made), Actor.SUPPLIER, tuple)
    assert (Step.INSPECT in steps, Step.JUDGE in steps) == (True, False)

    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    steps = next_steps(shop.look(made), Actor.SUPPLIER, tuple)

    assert (Step.INSPECT in steps, Step.JUDGE in steps) == (False, True)
    assert Step.JUDGE not in next_steps(shop.look(made), RETAILER.actor, tuple)


def test_units_that_were_looked_at_are_judged_again_and_the_rest_is_claimed(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    made = shop.one(quantity=2)
    came(shop, made, {})
    shop.pay()
    (unit,) = shop.inspections(made)

    shop.judge(made, [Verdict(about=unit.id, accept=True, amount=1_500)])
    came(shop, made, {})

    assert taxes(shop, made.lines[0].id) == [(4_000, 0), (1_500, 0)]
    assert claims(shop, made.lines[0].id) == ["USD 0.00"]


def test_shipping_that_is_alike_on_each_line_goes_back_for_each(shop: Shop) -> None:
    shop.sells("acme", PLAIN + "outbound_shipping: {refund: full}\n")
    price = Money(4_000, "USD")
    lines = [
        LineDraft(
            number=number,
            sku="LAMP",
            quantity=1,
            unit_price=price,
            location="main",
            facts={"outbound_paid": "USD 3.00"},
        )
        for number in ("1", "2")
    ]
    with shop.store.writing():
        supplier = shop.store.partners.acting(shop.partners["acme"])
        shop.add(supplier, "acme", lines=lines)

    (made,) = shop.request(("N-1", "1", {}), ("N-1", "2", {}))

    assert [str(line.outcome.amount) for line in made.lines] == ["USD 43.00"] * 2


def test_the_difference_of_an_exchange_may_be_told_when_goods_are_looked_at(shop: Shop) -> None:
    shop.sells("acme", SWAP)
    shop.orders("acme")
    made = shop.one(quantity=2)

    came(shop, made, {"price_difference": "USD -4.00"}, {"price_difference": "USD 10.00"})

    assert shop.owed(made) == [("USD 2.00", "cancelled")]
    assert claims(shop, made.lines[0].id) == ["USD 3.00"]


def test_what_a_reopened_return_gave_before_is_not_given_again_by_another(shop: Shop) -> None:
    shop.sells("acme", SHIPPED + "fees: {handling: {fee: USD 1.00, per: order}}\n")
    price, tax = Money(4_000, "USD"), Money(900, "USD")
    line = LineDraft(number="1", sku="LAMP", quantity=3, unit_price=price, location="main", tax=tax)
    with shop.store.writing():
        supplier = shop.store.partners.acting(shop.partners["acme"])
        shop.add(supplier, "acme", lines=[line], facts={"outbound_paid": "USD 6.00"})
    first = shop.one(quantity=1)
    came(shop, first, {})
    shop.pay()
    assert shop.square()
    shop.move(first, "reopen", "A scratch of ours.")
    word = Verdict(about=first.lines[0].id, accept=True, remedy="account_credit", amount=100)
    shop.judge(first, [word])
    second = shop.one(quantity=2)
    came(shop, second, {}, {})

    assert [paid[0] for paid in taxes(shop, first.lines[0].id)] == [4_800, 100]
    assert sum(paid for paid, _ in taxes(shop, second.lines[0].id)) == 8_000 + 600
    every = [*taxes(shop, first.lines[0].id), *taxes(shop, second.lines[0].id)]
    assert sum(part for _, part in every) == 900


def test_a_fee_that_a_reopened_return_took_is_not_taken_again_by_another(shop: Shop) -> None:
    shop.sells("acme", SHIPPED + "fees: {handling: {fee: USD 5.00, per: order}}\n")
    with shop.store.writing():
        supplier = shop.store.partners.acting(shop.partners["acme"])
        shop.add(supplier, "acme", lines=lamps(), facts={"outbound_paid": "USD 6.00"})
    first = shop.one(quantity=1)
    came(shop, first, {})
    assert shop.square()
    shop.move(first, "reopen", "A scratch of ours.")
    about = first.lines[0].id
    shop.judge(first, [Verdict(about=about, accept=True, remedy="account_credit", amount=100)])
    second = shop.one(quantity=2)
    came(shop, second, {}, {})

    assert [paid for paid, _ in taxes(shop, about)] == [4_100, 100]
    assert sum(paid for paid, _ in taxes(shop, second.lines[0].id)) == 8_000
