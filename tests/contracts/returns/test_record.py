"""What is on record of an order may change; decisions after it use the record as it is then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from adapters.store.connection.address import Address
from adapters.store.decision_history.pages import FIRST, LAST, Range
from adapters.store.ordering.faults import OrderFaults
from adapters.store.ordering.records import Change
from adapters.store.records import Product
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.replay.kept import Kind
from engine.returns.statements import Statement, Teller, read, told
from engine.returns.units import Disposition
from services.orders.updating import update_order
from services.returns.facts import LineClaim
from tests.contracts.returns.building import RETAILER, SUPPLIER, Shop, opened

POLICY = """
window: {within: 30 days, counted_from: delivered}
eligibility:
  rows:
    - {id: E-FINAL, when: {final_sale: true}, answer: refuse, code: excluded_category}
    - {id: E-LOOK, when: {reason: defective, opened: unknown}, answer: review, to_settle: whether}
remedy:
  rows:
    - {id: R-PHONE, when: {supplier_decision: approved}, give: refund, of: item_price}
    - {id: R-ELSE, otherwise: true, give: refund, of: item_price}
tests:
  usual:
    {ordered: 2025-03-01, delivered: 2025-03-05, requested: 2025-03-10, final_sale: false,
     reason: change_of_mind, item_price: USD 40.00, opened: true}
  cases:
    - {name: usual, given: {supplier_decision: null}, expect: {answer: accept}}
    - {name: phone, given: {supplier_decision: approved}, expect: {answer: accept}}
    - {name: final, given: {final_sale: true}, expect: {answer: refuse, code: excluded_category}}
    - {name: look, given: {reason: defective, opened: not_sent}, expect: {answer: review}}
"""


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    made = opened(address)
    made.sells("acme", POLICY)
    sold(made, final_sale=False)
    made.orders("acme")
    yield made
    made.library.close()
    made.store.close()


def sold(shop: Shop, **facts: Any) -> None:
    """The supplier says something of its lamps."""
    with shop.store.session():
        lamp = Product(sku="LAMP", title="Lamp", facts={"category": "lighting", **facts})
        shop.store.goods.put(shop.partners["acme"], [lamp])


def amended(shop: Shop, **dates: str) -> None:
    """The supplier tells days of the order."""
    with shop.store.writing():
        acme = shop.store.partners.acting(shop.partners["acme"])
        (family,) = shop.store.orders.numbered(acme, ["N-1"])
        update_order(shop.store, acme, family.order.id, Change(dates=dates), "The carrier says so")


def last(shop: Shop, made: Return) -> tuple[dict[str, Any], dict[str, Statement]]:
    """The facts of the last decision about the first line, and who said each."""
    line = made.lines[0].order_line
    found = shop.store.decision_history.read(Range(since=FIRST, before=LAST))
    kept = [each for each in found if each.order_line == line and each.kind is not Kind.RETURN][-1]
    return msgspec.json.decode(kept.facts, type=dict[str, Any]), told(read(kept.told))


def test_a_decision_after_an_amendment_uses_it_and_names_who_made_it(shop: Shop) -> None:
    made = shop.one()
    facts, said = last(shop, made)
    assert facts["delivered"] == "2025-05-20"
    assert said["delivered"].teller is Teller.ORDER

    shop.clock.pass_days(1)
    amended(shop, delivered="2025-05-25")
    shop.receive(made, 1)
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))

    facts, said = last(shop, made)
    assert facts["delivered"] == "2025-05-25"
    assert (said["delivered"].teller, said["delivered"].why) == (
        Teller.ORDER,
        "The carrier says so",
    )
    assert said["reason"].teller is Teller.RETAILER


def test_what_is_said_of_goods_after_they_were_bought_changes_nothing_of_them(shop: Shop) -> None:
    sold(shop, final_sale=True)

    made = shop.one()

    assert made.lines[0].outcome.answer == "accept"
    facts, said = last(shop, made)
    assert (facts["final_sale"], said["final_sale"].teller) == (False, Teller.PRODUCT)


def test_an_inspection_stands_against_the_record_and_the_claim(shop: Shop) -> None:
    made = shop.one(condition="new_unused")
    shop.clock.pass_days(1)
    shop.receive(made, 1)
    shop.inspect(made, (0, 1, Disposition.SCRAP, {"condition": "worn"}))

    facts, said = last(shop, made)

    assert (facts["condition"], said["condition"].teller) == ("worn", Teller.INSPECTION)


def test_one_side_does_not_change_what_the_other_said(shop: Shop) -> None:
    made = shop.one(reason="defective")
    assert made.state == "in_review"

    with pytest.raises(RequestFault) as refused:
        shop.answer(made, {made.lines[0].id: {"reason": "change_of_mind"}}, who=SUPPLIER)

    assert refused.value.code == "not_yours_to_say"
    moved = shop.answer(made, {made.lines[0].id: {"opened": False}}, who=RETAILER)
    assert moved.lines[0].outcome.answer == "accept"


def test_a_persons_judgement_is_the_suppliers_and_needs_a_reason(shop: Shop) -> None:
    made = shop.one(reason="defective")
    key, said = made.lines[0].id, (("supplier_decision", "approved"),)

    with pytest.raises(RequestFault) as refused:
        shop.answer(made, {key: dict(said)}, who=RETAILER)
    assert refused.value.code == "not_yours_to_say"
    with pytest.raises(RequestFault) as refused:
        shop.answer(made, {key: dict(said)}, who=SUPPLIER)
    assert (refused.value.code, refused.value.path) == ("missing", "lines[0].supplier_decision")

    shop.clock.pass_days(1)
    whys = {"supplier_decision": "Agreed by phone."}
    shop.move(made, "answer", {key: LineClaim(facts=said, whys=whys)}, who=SUPPLIER)

    _, by = last(shop, made)
    assert by["supplier_decision"].why == "Agreed by phone."


def test_what_was_not_told_of_goods_yet_answers_a_return_that_waits_for_it(shop: Shop) -> None:
    with shop.store.session():
        lamp = Product(sku="LAMP", title="Lamp", facts={"category": "lighting"})
        shop.store.goods.put(shop.partners["acme"], [lamp])
    shop.orders("acme", "N-2")
    made = shop.one("1", "N-2")
    assert made.lines[0].outcome.code == "fact_missing"

    sold(shop, final_sale=False)
    moved = shop.answer(made, {}, who=RETAILER)

    assert moved.lines[0].outcome.answer == "accept"


@pytest.mark.parametrize("day", ["2025-06-04", "8999-01-01"])
def test_what_has_happened_is_not_still_to_come(shop: Shop, day: str) -> None:
    with pytest.raises(RequestFault) as refused:
        amended(shop, delivered=day)
    assert refused.value.code == "in_the_future"

    with pytest.raises(OrderFaults) as faults:
        shop.orders("acme", "N-9", dates={"ordered": "2025-05-10", "delivered": day})
    assert [each.code for each in faults.value.faults] == ["in_the_future"]
