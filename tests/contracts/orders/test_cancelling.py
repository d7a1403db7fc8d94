"""Units that were cancelled do not come back, and their money goes back once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.store.connection.address import Address
from adapters.store.drafts import LineDraft
from adapters.store.money.records import Settlement
from adapters.store.money.refunds import OrderRefund
from adapters.store.ordering.records import Change, LineChange
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.units import Disposition
from services.orders.refunding import UnitsOfLine, checked
from services.orders.updating import held, update_order
from services.returns import overriding as judging
from tests.contracts.returns.building import PLAIN, Shop, opened
from tests.contracts.returns.test_in_parts import order

REVIEWED = """
window: {days: 30, counted_from: delivered}
remedy: {to_retailer: refund, of: item_price}
shipping: {return_paid_by: consumer}
eligibility:
  rows:
    - {id: E-LOOK, when: {reason: defective}, answer: review, to_settle: whether it is}
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-05, requested: 2025-03-10, item_price: USD 1.00}
  cases:
    - {name: defective, given: {reason: defective}, expect: {answer: review}}
    - {name: fine, given: {reason: change_of_mind}, expect: {answer: accept}}
"""
WHOLE = """
window: {days: 30, counted_from: delivered}
remedy:
  rows:
    - {id: R-ALL, when: {whole_order_back: true}, give: refund, of: item_price}
    - {id: R-PART, otherwise: true, give: refund, of: 50% of item_price}
shipping: {return_paid_by: consumer}
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-05, requested: 2025-03-10, item_price: USD 1.00}
  cases:
    - {name: all, given: {whole_order_back: true}, expect: {answer: accept, decided_by: R-ALL}}
    - {name: part, given: {whole_order_back: false}, expect: {answer: accept, decided_by: R-PART}}
"""


@pytest.fixture
def shop(address: Address) -> Shop:
    return opened(address)


def cancel(shop: Shop, units: int, line: str = "1") -> None:
    with shop.store.writing():
        acme = shop.store.partners.acting(shop.partners["acme"])
        (family,) = shop.store.orders.numbered(acme, ["N-1"])
        change = Change(lines=(LineChange(line=line, cancel=units),))
        update_order(shop.store, acme, family.order.id, change, "out of stock")


def refund(shop: Shop, *units: UnitsOfLine, amount: int | None = None) -> Settlement:
    with shop.store.writing():
        acme = shop.store.partners.acting(shop.partners["acme"])
        (family,) = shop.store.orders.numbered(acme, ["N-1"])
        family = held(shop.store, acme, family.order.id)
        wanted = OrderRefund(order=family.order.id, payee=acme.tenant, amount=amount)
        return shop.store.refunds.refund(checked(shop.store, family, wanted, units), "so", "tests")


def code(work: Callable[[], object]) -> str:
    with pytest.raises(RequestFault) as raised:
        work()
    return raised.value.code


def test_units_that_were_cancelled_cannot_come_back(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    cancel(shop, 2)

    assert shop.returnable() == 1
    assert code(lambda: shop.one(quantity=2)) == "quantity_exceeded"
    assert shop.one(quantity=1).lines[0].quantity == 1


def test_units_that_are_asked_back_cannot_be_cancelled(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    shop.one(quantity=2)

    assert code(lambda: cancel(shop, 2)) == "too_many_cancelled"
    cancel(shop, 1)
    assert shop.returnable() == 0


def test_a_person_gives_no_more_than_what_is_left_of_a_line(shop: Shop) -> None:
    shop.sells("acme", REVIEWED)
    shop.orders("acme")
    held_ = shop.one(quantity=1, reason="defective")
    cancel(shop, 2)

    verdict = judging.Verdict(about=held_.lines[0].id, accept=True, remedy="refund", amount=4_001)
    assert code(lambda: shop.judge(held_, [verdict])) == "over_ceiling"


def test_a_return_that_was_refused_is_not_reopened_for_cancelled_units(shop: Shop) -> None:
    shop.sells("acme", REVIEWED)
    shop.orders("acme")
    held_ = shop.one(quantity=1, reason="defective")
    shop.judge(held_, [judging.Verdict(about=held_.lines[0].id, accept=False)])
    cancel(shop, 3)
    shop.move(held_, "reopen", "again")

    yes = judging.Verdict(about=held_.lines[0].id, accept=True, remedy="refund", amount=0)
    assert code(lambda: shop.judge(held_, [yes])) == "units_gone"


def test_a_return_after_a_cancellation_is_worth_what_is_left(shop: Shop) -> None:
    shop.sells("acme", REVIEWED)
    shop.orders("acme")
    cancel(shop, 2)
    held_ = shop.one(quantity=1, reason="defective")

    assert held_.lines[0].outcome.most == 4_000


def test_cancelled_units_are_refunded_once_and_at_their_price(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    cancel(shop, 2)

    made = refund(shop, UnitsOfLine(line="1", units=1))

    assert str(made.amount) == "USD 40.00"
    assert code(lambda: refund(shop, UnitsOfLine(line="1", units=2))) == "not_cancelled"
    one = UnitsOfLine(line="1", units=1)
    assert code(lambda: refund(shop, one, amount=4_001)) == "over_what_is_left"
    assert str(refund(shop, one, amount=3_000).amount) == "USD 30.00"
    assert code(lambda: refund(shop, one)) == "not_cancelled"
    assert code(lambda: refund(shop, UnitsOfLine(line="2", units=1))) == "not_cancelled"


def test_a_refund_that_takes_the_place_of_another_is_for_the_same_units(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    cancel(shop, 1)
    one = UnitsOfLine(line="1", units=1)
    made = refund(shop, one)
    with shop.store.writing():
        rows = shop.store.refunds._tables.Settlement
        rows[made.id].state = "failed"
        shop.store.resolving.credit_instead(made.id, "tests")

    assert code(lambda: refund(shop, one)) == "not_cancelled"


def test_units_whose_refund_came_back_wait_for_a_person_and_are_paid_once(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    cancel(shop, 1)
    one = UnitsOfLine(line="1", units=1)
    made = refund(shop, one)
    with shop.store.writing():
        rows = shop.store.refunds._tables.Settlement
        rows[made.id].state = "failed"

    assert code(lambda: refund(shop, one)) == "not_cancelled"
    with shop.store.writing():
        again = shop.store.resolving.retry(made.id, "tests")
    assert code(lambda: refund(shop, one)) == "not_cancelled"
    with shop.store.writing():
        rows[again.id].state = "failed"
        shop.store.resolving.give_up(again.id, "tests", "another way")
    assert str(refund(shop, one).amount) == "USD 40.00"


def test_money_that_went_back_for_units_keeps_them_from_being_cancelled(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    made = shop.one(quantity=3)
    shop.receive(made, 3)
    shop.inspect(made, (0, 3, Disposition.RESTOCK, {}))
    with shop.store.writing():
        shop.store.reserved_units.release(made.lines[0].id, 3)

    assert code(lambda: cancel(shop, 1)) == "refunded_already"


def test_a_free_unit_may_be_cancelled_where_all_shipping_went_back(shop: Shop) -> None:
    shop.sells("acme", f"{PLAIN}outbound_shipping: {{refund: full}}\n")
    order(shop, "N-1", (3, "40.00"), by="acme", facts={"outbound_paid": "USD 6.00"})
    made = shop.one(quantity=2)
    shop.receive(made, 2)
    shop.inspect(made, (0, 2, Disposition.RESTOCK, {}))
    assert [amount for amount, _ in shop.owed(made)] == ["USD 86.00"]

    cancel(shop, 1)
    assert shop.returnable() == 0


@pytest.mark.parametrize("state", ["failed", "given up", "failed and given up"])
def test_shipping_that_did_not_move_is_not_taken_off_what_went_back_for_units(
    shop: Shop, state: str
) -> None:
    """10.00 for a unit and all shipping never moved; 8.00 went back for two other units."""
    shop.sells("acme", f"{PLAIN}outbound_shipping: {{refund: full}}\n")
    order(shop, "N-1", (3, "4.00"), by="acme", facts={"outbound_paid": "USD 6.00"})
    first, second = (shop.one(quantity=each) for each in (1, 2))
    for made in (first, second):
        shop.receive(made, made.lines[0].quantity)
        shop.inspect(made, (0, made.lines[0].quantity, Disposition.RESTOCK, {}))
    assert [shop.owed(made)[0][0] for made in (first, second)] == ["USD 10.00", "USD 8.00"]
    does_not_move(shop, first, state)
    with shop.store.writing():
        shop.store.reserved_units.release(second.lines[0].id, 2)

    assert code(lambda: cancel(shop, 2)) == "refunded_already"
    cancel(shop, 1)


def does_not_move(shop: Shop, made: Return, state: str) -> None:
    with shop.store.writing():
        for row in settlements(shop, made):
            row.instrument = "refund"  # no credit of Takeback's own, which does not fail
            row.state = "failed" if "failed" in state else "needs_attention"
            if "given up" in state:
                shop.store.resolving.give_up(row.id, "tests", "so")


def settlements(shop: Shop, made: Return) -> list[Any]:
    rows = shop.store.refunds._tables.Settlement
    found = shop.store.settlements.of_return_lines([each.id for each in made.lines])
    return [rows[each.id] for each in found]


def test_the_whole_order_is_what_was_not_cancelled(shop: Shop) -> None:
    shop.sells("acme", WHOLE)
    shop.orders("acme")
    before = shop.one(quantity=1)
    cancel(shop, 1, line="2")

    after = shop.one(quantity=2)

    assert str(before.lines[0].outcome.amount) == "USD 20.00"
    assert str(after.lines[0].outcome.amount) == "USD 80.00"


TAXED = LineDraft(
    number="1", sku="LAMP", quantity=3, unit_price=Money(4_000, "USD"), tax=Money(1_000, "USD")
)


def test_cancelled_units_take_their_share_of_the_tax_off(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme", lines=[TAXED])
    cancel(shop, 1)

    with shop.store.session():
        acme = shop.store.partners.acting(shop.partners["acme"])
        line = shop.store.orders.numbered(acme, ["N-1"])[0].lines[0]

    assert (line.tax, line.tax_of(line.kept)) == (1_000, 667)


def test_the_tax_of_cancelled_units_goes_back_with_their_price(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme", lines=[TAXED])
    cancel(shop, 2)
    one = UnitsOfLine(line="1", units=1)

    assert code(lambda: refund(shop, one, amount=4_334)) == "over_what_is_left"
    half = refund(shop, one, amount=2_167)
    rest = refund(shop, one)

    assert (str(half.amount), half.tax) == ("USD 21.67", 167)
    assert (str(rest.amount), rest.tax) == ("USD 43.34", 334)


def test_a_settlement_in_place_of_another_has_its_tax(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme", lines=[TAXED])
    cancel(shop, 1)
    made = refund(shop, UnitsOfLine(line="1", units=1))
    with shop.store.writing():
        rows = shop.store.refunds._tables.Settlement
        rows[made.id].state = "failed"
        again = shop.store.resolving.credit_instead(made.id, "tests")

    assert (made.tax, again.tax) == (333, 333)
