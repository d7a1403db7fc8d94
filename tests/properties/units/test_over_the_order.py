"""What the returns of one order know of each other, in plain numbers."""

from __future__ import annotations

from engine.decision.decide import Decider
from engine.decision.record import ReturnDecision
from engine.decision.standing import OrderUnits, Standing, Taken, Units
from engine.policy.editions import load

HEAD = "policy: acme/test\nversion: 1\neffective: {from: 2000-01-01}\ncurrency: USD\n"
SHIPPING = """
outbound_shipping:
  rows:
    - {id: O-WORN, when: {condition: worn}, refund: full}
    - {id: O-ELSE, otherwise: true, refund: standard_part}
"""
FEES = """
fees:
  handling:
    rows:
      - {id: F-WORN, when: {condition: worn}, fee: USD 6.00, per: order}
      - {id: F-ELSE, otherwise: true, fee: 10% of item_price, per: order}
"""

WAIVER = """
whole_return:
  rows:
    - {id: W-DEAR, when: {return_value: {at_least: USD 20.00}}, waive: [fees.handling]}
"""


def decided(
    policy: str, condition: str, price: str = "USD 20.00", **beside: object
) -> ReturnDecision:
    taken = beside.pop("taken", {})
    order = (OrderUnits(kept=9, lines=(0,), **beside),)  # type: ignore[arg-type]
    standing = Standing(units=(Units(line=0, units=1),), order=order, taken=taken)  # type: ignore[arg-type]
    given = {
        "requested": "2025-03-10",
        "ordered": "2025-03-01",
        "outbound_paid": "USD 6.00",
        "outbound_standard": "USD 2.00",
    }
    line = {"item_price": price, "quantity": 1, "condition": condition}
    return Decider(load(HEAD + policy, "x.yaml").policy, native=False).decide_return(
        given, [line], standing
    )


def net(found: ReturnDecision) -> str:
    return str(found.net)


def test_shipping_that_others_gave_back_is_not_given_again() -> None:
    assert net(decided(SHIPPING, "worn")) == "USD 26.00"
    assert net(decided(SHIPPING, "worn", outbound=200)) == "USD 24.00"
    assert net(decided(SHIPPING, "new_unused", outbound=600)) == "USD 20.00"


def test_a_return_keeps_the_shipping_that_it_gave_back_before_others_gave_more() -> None:
    assert net(decided(SHIPPING, "new_unused", outbound=400, own=200)) == "USD 22.00"


def test_a_return_pays_no_fee_per_order_for_the_units_of_another() -> None:
    """The other return was worth 1.00, so that its fee of 6.00 was taken in part."""
    other = {"handling/F-WORN": Taken(amount=100, quantity=1, item_price=100, base=100)}

    assert net(decided(FEES, "new_unused", taken=other)) == "USD 18.00"


def test_what_a_return_could_not_pay_of_a_fee_per_order_the_next_one_with_its_row_pays() -> None:
    other = {"handling/F-WORN": Taken(amount=100, quantity=1, item_price=100, base=100)}

    assert net(decided(FEES, "worn", taken=other)) == "USD 15.00"


def test_a_return_that_is_worth_less_than_a_fee_per_order_takes_what_it_is_worth() -> None:
    found = decided(FEES, "worn", price="USD 4.00")

    assert net(found) == "USD 0.00"
    assert found.taken["handling/F-WORN"].amount == 400


def test_a_waived_fee_per_order_was_not_taken() -> None:
    found = decided(FEES + WAIVER, "worn")

    assert net(found) == "USD 20.00"
    assert found.taken == {}


def test_where_returns_take_other_rows_of_a_fee_per_order_the_highest_is_taken_once() -> None:
    before = {"handling/F-ELSE": Taken(amount=200, quantity=1, item_price=2_000, base=2_000)}

    assert net(decided(FEES, "worn", taken=before)) == "USD 16.00"
