"""Eligibility, limits and demands each give an answer; the strongest holds, unless one stands."""

import pytest

from tests.unit.decision.building import decide, rows

STANDING = """
eligibility: {rows: [{id: E, when: {reason: defective}, answer: ANSWER}]}
limits: {size: {adds: return_value, at_most: USD 50.00}}
demands: {rows: [{id: D, need: [photos], if_not: refuse}]}
goods: {rows: [{id: G-1, when: {missing: {has: photos}}, do: donate},
               {id: G-2, when: {size: over}, do: destroy},
               {id: G-3, when: {size: none}, do: keep}, {id: G-4, otherwise: true}]}
fees: {part: {rows: [{id: F, when: {size.left: {under: USD 0.00}}, fee: USD 1.00}]}}
"""


def test_an_answer_that_stands_asks_nothing_more() -> None:
    topics = STANDING.replace("ANSWER", "accept, stands: true")
    decision = decide(topics, reason="defective", evidence=[])

    assert (decision.answer, decision.missing, decision.goods) == ("accept", (), "keep")
    assert rows(decision, "demands") == []
    assert decision.limits == ()


def test_without_standing_the_strongest_answer_holds_and_the_earliest_among_equals() -> None:
    topics = STANDING.replace("ANSWER", "accept")

    assert decide(topics, reason="defective", evidence=[]).code == "value_limit"
    small = decide(topics, reason="defective", evidence=[], item_price="USD 9.00")
    assert small.code == "missing_evidence"


@pytest.mark.parametrize(
    ("eligibility", "if_not", "answer"),
    [
        ("review, to_settle: x", "ask", "ask"),
        ("review, to_settle: x", "refuse", "refuse"),
        ("ask, missing: [receipt]", "refuse", "refuse"),
        ("ask, missing: [receipt]", "ask", "ask"),
        ("accept", "go_on", "accept"),
        ("refuse, code: final_sale", "ask", "refuse"),
    ],
)
def test_refuse_beats_ask_beats_review_beats_accept(
    eligibility: str, if_not: str, answer: str
) -> None:
    decision = decide(
        f"eligibility: {{rows: [{{id: E, when: {{quantity: 1}}, answer: {eligibility}}}]}}\n"
        f"demands: {{rows: [{{id: D, need: [photos], if_not: {if_not}}}]}}",
        evidence=[],
    )

    assert decision.answer == answer
