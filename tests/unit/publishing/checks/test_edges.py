# ruff: noqa: E501 - rows read best in one line
"""Neighbouring ranges that share one value, or leave out one, are told with that value."""

import pytest

from engine.policy.faults import Fault
from tests.meanings import meaning_findings
from tests.unit.decision.building import decider, policy_of, rows

FEES = (
    "fees: {{a: {{decide: {decide}, rows: [{{id: F-LOW, when: {{{low}}}, fee: USD 1.00}}, "
    "{{id: F-HIGH, when: {{{high}}}, fee: USD 2.00}}, {{id: F-ELSE, otherwise: true, fee: none}}]}}}}"
)


def edges(low: str, high: str, decide: str = "first") -> list[Fault]:
    topics = FEES.format(low=low, high=high, decide=decide)
    return [each for each in meaning_findings(policy_of(topics)) if each.code == "edge"]


@pytest.mark.parametrize(
    ("low", "high", "said", "decides"),
    [
        ("quantity: {at_most: 30}", "quantity: {at_least: 30}", "both hold for `quantity` 30", "F-LOW"),
        ("quantity: {under: 30}", "quantity: {over: 30}", "`quantity` 30 is left out", "F-ELSE"),
        ("item_price: {under: USD 500.00}", "item_price: {over: USD 500.00}", "`item_price` USD 500.00 is left out", "F-ELSE"),
        ("carat: {under: 1}", "carat: {over: 1}", "`carat` 1 is left out", "F-ELSE"),
        ("days_since.delivered: {between: [0, 30]}", "days_since.delivered: {between: [30, 60]}", "both hold for `days_since.delivered` 30", "F-LOW"),
        ("ordered: {between: [2024-01-01, 2024-06-30]}", "ordered: {between: [2024-07-02, 2024-12-31]}", "`ordered` 2024-07-01 is left out", "F-ELSE"),
        ("brand: x, quantity: {under: 3}", "brand: x, quantity: {over: 3}", "`quantity` 3 is left out", "F-ELSE"),
    ],
)  # fmt: skip
def test_a_value_at_an_edge_is_shown(low: str, high: str, said: str, decides: str) -> None:
    (fault,) = edges(low, high)

    assert fault.level == "warning"
    assert said in fault.sentence
    assert f"`{decides}` decides" in fault.sentence
    decision = decider(FEES.format(low=low, high=high, decide="first")).decide(fault.example or {})
    assert rows(decision, "fees.a") == [decides]


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("quantity: {under: 30}", "quantity: {at_least: 30}"),
        ("quantity: {at_most: 30}", "quantity: {at_most: 60}"),
        ("quantity: {under: 30}", "quantity: {over: 40}"),
        ("brand: x, quantity: {under: 3}", "brand: y, quantity: {over: 3}"),
        ("quantity: {under: 3}", "item_price: {over: USD 3.00}"),
        ("condition: {better_than: used}", "condition: {worse_than: used}"),
    ],
)
def test_edges_that_are_meant_are_left_alone(low: str, high: str) -> None:
    assert edges(low, high) == []


def test_where_the_greatest_counts_two_rows_may_share_a_value() -> None:
    assert edges("quantity: {at_most: 3}", "quantity: {at_least: 3}", "highest") == []
    assert len(edges("quantity: {at_most: 3}", "quantity: {at_least: 3}", "add_up")) == 1


def test_a_row_of_its_own_for_the_value_between_is_enough() -> None:
    topics = FEES.format(low="quantity: {under: 3}", high="quantity: {over: 3}", decide="first")
    own = topics.replace(
        "{id: F-ELSE", "{id: F-THREE, when: {quantity: 3}, fee: USD 3.00}, {id: F-ELSE"
    )

    assert meaning_findings(policy_of(own)) == ()


def test_days_between_the_terms_of_two_rows_are_shown() -> None:
    topics = (
        "window: {counted_from: delivered, rows: ["
        "{id: W-OLD, when: {brand: x}, days: 14, effective: {from: 2024-01-01, until: 2024-06-30}}, "
        "{id: W-NEW, when: {brand: x}, days: 30, effective: {from: 2024-09-01, until: 2024-12-31}}]}"
    )
    fault, endless = meaning_findings(policy_of(topics))

    assert endless.code == "no_deadline"
    assert "`ordered` 2024-07-01 to 2024-08-31 is left out" in fault.sentence
    assert "no row decides" in fault.sentence
