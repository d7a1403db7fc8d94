"""The value that a test saw is shown as a person would write it."""

import pytest

from engine.decision.rules.explained_test import number_text
from engine.policy.vocabulary import FactType
from tests.unit.decision.building import because, decide


@pytest.mark.parametrize(
    ("when", "given", "said"),
    [
        ("{brand: {not: x}}", {"brand": "y"}, ("not x", "y")),
        ("{brand: {not: x}}", {"brand": "anything"}, ("not x", "anything")),
        ("{brand: [x, y]}", {"brand": "y"}, ("one of x, y", "y")),
        ("{brand: null}", {"brand": None}, ("null", "absent")),
        ("{brand: unknown}", {}, ("unknown", "not sent")),
        ("{tags: {has: a}}", {"tags": ["a", "b"]}, ("has a", "has a")),
        ("{tags: {lacks: a}}", {"tags": ["b"]}, ("lacks a", "lacks a")),
        ("{item_price: {over: USD 5.00}}", {"item_price": "USD 7"}, ("over USD 5.00", "USD 7.00")),
        ("{ordered: {under: 2024-06-01}}", {}, ("under 2024-06-01", "2024-05-01")),
        ("{final_sale: true}", {"final_sale": True}, ("true", "true")),
        ("{discount_percent: {over: 5%}}", {"discount_percent": 12.5}, ("over 5%", "12.5%")),
        ("{carat: {over: 0.5}}", {"carat": "0.750"}, ("over 0.5", "0.75")),
        ("{quantity: {at_least: 2}}", {"quantity": 12}, ("at least 2", "12")),
        ("{condition: {worse_than: used}}", {"condition": "worn"}, ("worse than used", "worn")),
    ],
)
def test_a_test_and_its_value_in_words(
    when: str, given: dict[str, object], said: tuple[str, str]
) -> None:
    decision = decide(f"goods: {{rows: [{{id: G, when: {when}, do: keep}}]}}", **given)
    (seen,) = because(decision, "goods")[0].seen

    assert (seen.test, seen.value) == said
    assert seen.holds is True


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        (FactType.NUMBER, 999_999_999_999_999_999, "999999999999.999999"),
        (FactType.NUMBER, 100_000_000, "100"),
        (FactType.NUMBER, -1_500_000, "-1.5"),
        (FactType.NUMBER, 0, "0"),
        (FactType.PERCENT, 1_000_000, "100%"),
        (FactType.PERCENT, -5_000, "-0.5%"),
        (FactType.YES_NO, 0, "false"),
        (FactType.COUNT, -3, "-3"),
        (FactType.MONEY, 5, "USD 0.05"),
    ],
)
def test_a_number_in_words(type_: FactType, value: int, text: str) -> None:
    assert number_text(type_, value, "USD") == text
