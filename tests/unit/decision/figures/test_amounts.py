"""An amount is worked out with its working; an unknown part leaves it open and is named."""

import pytest

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.figures.amounts import Worth, rate_of, worth_of
from engine.decision.slots import Slots
from engine.policy.model import Amount, Fee
from tests.unit.decision.building import policy_of


def worth(amount: str, rounding: str = "half_up", **given: int | None) -> Worth:
    """Works out the fee of a policy; facts are given in minor units, all others are not sent."""
    policy = policy_of(f"fees: {{a: {{fee: {amount}}}}}", rounding=rounding)
    slots = Slots(policy)
    values = [UNKNOWN] * 500
    for name, value in given.items():
        values[slots.slot(name)] = ABSENT if value is None else value
    return worth_of(fee_of(policy.fees[0].rows[0].body), slots)(values)


def fee_of(body: object) -> Amount:
    assert isinstance(body, Fee)
    return body.fee


@pytest.mark.parametrize(
    ("amount", "minor", "working"),
    [
        ("none", 0, "none"),
        ("USD 5.00", 500, "5.00"),
        ("item_price", 1_005, "10.05 (item_price)"),
        ("15% of item_price", 151, "10.05 (item_price) x 15%"),
        ("0% of item_price", 0, "10.05 (item_price) x 0%"),
        ("50% of 50% of item_price", 252, None),
        ("{each: USD 2.00, per: unit}", 600, "2.00 x 3 (quantity)"),
        ("{greater_of: [USD 5.00, item_price]}", 1_005, None),
        ("{lesser_of: [USD 5.00, item_price, USD 1.00]}", 100, None),
        ("{amount: item_price, at_least: USD 20.00}", 2_000, None),
        ("{amount: item_price, at_most: USD 2.00}", 200, None),
        ("{amount: item_price, at_least: USD 1.00, at_most: USD 20.00}", 1_005, None),
    ],
)
def test_an_amount_comes_to(amount: str, minor: int, working: str | None) -> None:
    found = worth(amount, item_price=1_005, quantity=3)

    assert (found.minor, found.waits_for) == (minor, None)
    assert working is None or found.working == working


@pytest.mark.parametrize(
    ("amount", "waits_for"),
    [
        ("item_price", "item_price"),
        ("15% of item_price", "item_price"),
        ("{each: USD 2.00, per: trial_night}", "trial_night"),
        ("{each: label_cost, per: unit}", "label_cost"),
        ("{greater_of: [USD 5.00, item_price]}", "item_price"),
        ("{lesser_of: [USD 0.00, item_price]}", "item_price"),
        ("{amount: USD 5.00, at_most: item_price}", "item_price"),
        ("{amount: USD 5.00, at_least: item_price}", "item_price"),
        ("{amount: item_price, at_least: USD 5.00}", "item_price"),
    ],
)
@pytest.mark.parametrize("sent", [{}, {"item_price": None, "label_cost": None}])
def test_an_amount_with_an_unknown_part_waits_for_it(
    amount: str, waits_for: str, sent: dict[str, int | None]
) -> None:
    found = worth(amount, quantity=3, **sent)

    assert (found.minor, found.waits_for) == (None, waits_for)


def test_an_amount_to_be_assessed_waits_for_somebody() -> None:
    assert worth("to_be_assessed").waits_for == "to be assessed"


@pytest.mark.parametrize(
    ("rounding", "minors"),
    [("half_up", [1, 2, 3]), ("half_even", [0, 2, 2]), ("down", [0, 1, 2])],
)
def test_half_a_cent_is_rounded_as_declared(rounding: str, minors: list[int]) -> None:
    found = [worth("50% of item_price", rounding, item_price=cents) for cents in (1, 3, 5)]

    assert [each.minor for each in found] == minors


def test_only_a_plain_share_has_a_rate() -> None:
    def rate(amount: str) -> str | None:
        policy = policy_of(f"fees: {{a: {{fee: {amount}}}}}")
        return rate_of(fee_of(policy.fees[0].rows[0].body))

    assert rate("12.5% of item_price") == "12.5%"
    assert rate("{greater_of: [12.5% of item_price, USD 1.00]}") is None
    assert rate("USD 1.00") is None
