"""The figures of chosen rows are worked out by one function, generated for that choice."""

import pytest

from engine.decision.decide import Decider
from engine.decision.record import Decision
from tests.unit.decision.building import decide, decider, facts, policy_of

FEES = (
    "fees: {a: {rows: [{id: F, when: {brand: x}, fee: 10% of item_price},"
    " {id: G, when: {brand: y}, fee: USD 7.00}, {id: H, otherwise: true, fee: none}]}}"
)
TWO = (
    "eligibility: {rows: [{id: E, when: {packaging: none}, answer: two_readings, we_take: none,"
    " readings: ["
    "{id: A, answer: accept, because: One., clause: c1, sets: {fees.a: 15% of item_price}},"
    "{id: B, answer: accept, because: Two., clause: c2, sets: {fees.a: USD 4.00}}]}]}"
)


def workings(decision: Decision) -> dict[str, str]:
    return {step.label: step.working for step in decision.steps}


def test_lines_of_one_choice_are_worked_out_by_one_function() -> None:
    found = Decider(policy_of(FEES), native=False)
    lines = [("x", "USD 10.00"), ("x", "USD 70.00"), ("y", "USD 70.00"), ("z", "USD 70.00")]

    nets = [found.decide(facts(brand=brand, item_price=price)).net for brand, price in lines]

    assert list(map(str, nets)) == ["USD 9.00", "USD 63.00", "USD 63.00", "USD 70.00"]
    assert len(found.engines.sums) == 3


def test_what_two_readings_set_is_told_apart() -> None:
    readings = decide(TWO, packaging="none").readings

    assert [str(each.net) for each in readings] == ["USD 85.00", "USD 96.00"]


@pytest.mark.parametrize(
    ("currency", "price", "said"),
    [
        ("JPY", "JPY 1000", "value 1000 - fees 100"),
        ("KWD", "KWD 1.005", "value 1.005 - fees 0.101"),
        ("USD", "USD 1000.05", "value 1000.05 - fees 100.01"),
    ],
)
def test_amounts_are_told_in_the_digits_of_their_currency(
    currency: str, price: str, said: str
) -> None:
    topics = "fees: {a: {fee: 10% of item_price}}"

    decision = decider(topics, currency=currency).decide(facts(item_price=price))

    assert workings(decision)["net"] == said


def test_what_is_less_than_its_fees_is_nothing_and_says_so() -> None:
    decision = decide("fees: {a: {fee: USD 500.00}}")

    assert str(decision.net) == "USD 0.00"
    assert workings(decision)["net"] == "value 100.00 - fees 500.00, never below zero"


def test_an_amount_below_zero_has_its_sign() -> None:
    decision = decide("value: {of: price_difference}", price_difference="USD -5.05")

    assert workings(decision)["value"] == "-5.05 (price_difference)"
    assert workings(decision)["net"].startswith("value -5.05 - fees 0.00")
