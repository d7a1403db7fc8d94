"""What is compared is what intake takes: no change of a value that a request can send is missed."""

from __future__ import annotations

import pytest

from engine.comparing.policies import compare_policies, summary
from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.policy.editions import load
from engine.policy.model import Policy
from engine.policy.vocabulary import Fact, FactType, as_sent

HEAD = "policy: acme/e\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"
USUAL = {
    "ordered": "2024-03-01",
    "delivered": "2024-03-05",
    "requested": "2024-03-20",
    "item_price": "USD 10.00",
}
SIZED = (FactType.MONEY, FactType.COUNT, FactType.NUMBER, FactType.PERCENT, FactType.DATE)
ROWS = "eligibility: {rows: [{id: E, when: {%s}, answer: refuse, code: final_sale}]}\n"
FREE = "window: {no_limit: true}\n"

CHANGED = {
    "power": ("power_kva: {over: 2500}", "power_kva: {over: 1500}", {"power_kva": 2000}),
    "below zero": ("carat: {under: -5}", "carat: {under: -1}", {"carat": -3}),
    "percent": (
        "discount_percent: {over: 200000%}",
        "discount_percent: {over: 300000%}",
        {"discount_percent": "250000%"},
    ),
    "money": (
        "item_price: {over: USD 20000000.00}",
        "item_price: {over: USD 30000000.00}",
        {"item_price": "USD 25000000.00"},
    ),
    "count": (
        "quantity: {over: 2000000000}",
        "quantity: {over: 3000000000}",
        {"quantity": 2500000000},
    ),
    "request": (
        "days_since.ordered: {over: 3700}",
        "days_since.ordered: {over: 3900}",
        {"requested": "2034-08-01"},
    ),
    "order": (
        "ordered: {over: 2050-01-01}",
        "ordered: {over: 2060-01-01}",
        {"ordered": "2055-01-01", "delivered": "2055-01-02", "requested": "2055-01-03"},
    ),
    "another date": (
        "expires: {over: 2140-01-01}",
        "expires: {over: 2150-01-01}",
        {"expires": "2145-01-01"},
    ),
}


def _read(text: str) -> Policy:
    return load(HEAD + text, "e.yaml", lambda *_: None).policy


def _sizes() -> list[Fact]:
    return [fact for fact in _read(FREE).facts.values() if fact.type in SIZED]


@pytest.mark.parametrize("fact", _sizes(), ids=lambda fact: fact.name)
def test_intake_takes_a_fact_from_its_least_to_its_most(fact: Fact) -> None:
    decider = Decider(_read(FREE), native=False)

    def takes(number: int) -> bool:
        try:
            sent = {"quantity": None, fact.name: as_sent(fact.type, number, "USD")}
            facts = decider.intake(sent)
        except RequestFault:
            return False
        return facts.value(fact.name) == number

    least, most = fact.ends
    assert takes(least)
    assert not takes(least - 1)
    assert fact.own_counter or takes(most)
    assert not takes(most + 1)


@pytest.mark.parametrize(("before", "after", "given"), CHANGED.values(), ids=CHANGED)
def test_a_change_of_any_value_that_intake_takes_is_found(
    before: str, after: str, given: dict[str, object]
) -> None:
    policies = [_read(ROWS % each) for each in (before, after)]
    answers = {Decider(each, native=False).decide(USUAL | given).answer for each in policies}
    found = compare_policies(policies[0], policies[1], native=False)

    assert answers == {"accept", "refuse"}
    assert [change.field for change in found.changes] == ["answer"]
    assert found.proven


NULLS = {
    "a word": ("category: null", {"category": None}),
    "a choice": ("opened: null", {"opened": None}),
    "an amount": ("item_price: null", {"item_price": None}),
    "a count": ("trial_night: null", {"trial_night": None}),
}


def _rows(when: str) -> str:
    """Returns a table that refuses where a condition holds, and accepts otherwise."""
    rows = ROWS.replace("}]", "}, {id: F, otherwise: true, answer: accept}]")
    return rows % when


@pytest.mark.parametrize(("when", "given"), NULLS.values(), ids=NULLS)
def test_a_change_for_null_is_found(when: str, given: dict[str, object]) -> None:
    policies = [_read(_rows(each)) for each in ("quantity: {under: 1}", when)]
    answers = [Decider(each, native=False).decide(USUAL | given).answer for each in policies]
    found = compare_policies(policies[0], policies[1], native=False)
    examples = [change.example for change in found.changes]

    assert answers == ["accept", "refuse"]
    assert {change.field for change in found.changes} == {"answer"}
    assert found.proven
    assert any(each and given.items() <= each.given.items() for each in examples)


@pytest.mark.parametrize(
    "when",
    [
        "order_lines: {over: 1}",
        "loose_units: {over: 0}",
        "line_count: {over: 1}",
        "whole_order_back: true",
        "days_since.request_sent: {over: 3}",
        "days_since.now: {over: 3}",
    ],
)
def test_nothing_is_proven_of_a_row_that_reads_what_is_not_compared(when: str) -> None:
    before, after = (_read(_rows(each)) for each in ("quantity: {under: 1}", when))
    found = compare_policies(before, after, native=False)

    assert not found.proven
    assert not any(each.proven for each in found.fields)
    assert not any("this is proven" in said or "complete" in said for said in summary(found))
