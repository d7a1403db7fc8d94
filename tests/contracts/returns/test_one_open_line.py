"""A line for which a fact is missing waits alone: what the others are worth is owed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.store.connection.address import Address
from adapters.store.records import Product
from adapters.store.returns.records import Return
from engine.returns.units import Disposition
from services.returns.overriding import Verdict
from tests.contracts.returns.building import Shop, opened

POLICY = """
facts: {final_sale: {type: yes_no, told_by: supplier}}
window: {days: 30, counted_from: delivered}
eligibility:
  rows:
    - {id: E-DAMAGED, when: {reason: damaged_in_transit}, answer: review, code: not_entitled,
       to_settle: who damaged it}
    - {id: E-FINAL, when: {final_sale: true}, answer: refuse, code: final_sale}
remedy: {give: account_credit}
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-05, requested: 2025-03-10,
          item_price: USD 100.00, final_sale: false, reason: change_of_mind}
  cases:
    - {name: fine, expect: {answer: accept}}
    - {name: final, given: {final_sale: true}, expect: {answer: refuse}}
    - {name: damaged, given: {reason: damaged_in_transit}, expect: {answer: review}}
"""
Looked = tuple[int, int, Disposition, dict[str, object]]
LAMP: Looked = (0, 1, Disposition.RESTOCK, {})
SOFA: Looked = (1, 1, Disposition.RESTOCK, {"reason": "change_of_mind"})
"""Found to come back for another reason than the one for which a person approved it."""


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    made = opened(address)
    made.sells("acme", POLICY)
    made.orders("acme")
    with made.store.session():
        plain = Product(sku="LAMP", title="Lamp", facts={"final_sale": False})
        made.store.goods.put(
            made.partners["acme"], [plain, Product(sku="SOFA", title="Sofa", facts={})]
        )
    yield made
    made.store.close()


@pytest.fixture
def received(shop: Shop) -> Return:
    lamps = ("N-1", "1", {"quantity": 2, "reason": "change_of_mind"})
    (made,) = shop.request(lamps, ("N-1", "2", {"reason": "damaged_in_transit"}))
    word = Verdict(
        about=made.lines[1].id, accept=True, amount=8_000, remedy="account_credit", location="main"
    )
    return shop.receive(shop.judge(made, [word]), 2, 1, complete=True)


@pytest.mark.parametrize("looked", [(LAMP, LAMP, SOFA), (SOFA, LAMP, LAMP), (LAMP, SOFA, LAMP)])
def test_what_is_missing_of_one_line_holds_no_other_up(
    shop: Shop,
    received: Return,
    looked: tuple[tuple[int, int, Disposition, dict[str, object]], ...],
) -> None:
    lamps = 0
    for each in looked:
        after = shop.inspect(received, each)
        lamps += each is LAMP
        assert [line.planned for line in shop.look(after).lines] == [4_000 * lamps, 0]

    after = shop.look(received)
    assert after.held_for == "fact_missing"
    assert "cancelled" not in [state for _, state in shop.owed(after)]
