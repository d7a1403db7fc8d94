"""A finished outcome is checked against the policy's promises; a person reviews a breach."""

import pytest

from tests.unit.decision.building import decide

WINDOW = "window: {days: 7, counted_from: delivered}\n"
FEES = "fees: {restocking: {fee: 15% of item_price}}\n"


def must(outcome: str, when: str = "{}") -> str:
    told = "" if when == "{}" else f"when: {when}, "
    return f"must: [{{id: M, {told}outcome: {{{outcome}}}, clause: Art 9}}]\n"


@pytest.mark.parametrize(
    "outcome",
    [
        "fees.restocking: {at_most: 10% of item_price}",
        "fees.restocking: {at_most: 10% of base}",
        "fees.restocking: {under: USD 15.00}",
        "fees.restocking: none",
        "fee_total: {at_most: USD 14.99}",
        "net: {at_least: USD 85.01}",
        "net: {over: USD 85.00}",
        "percent: {at_most: 99%}",
        "remedy: store_credit",
        "remedy: {not: [refund]}",
        "goods: [keep, donate]",
        "return_paid_by: supplier",
        "timing: immediate",
        "request.days_allowed: {at_least: 14}",
        "request.row: OTHER",
        "answer: refuse",
    ],
)
def test_a_promise_that_the_outcome_breaks_sends_it_to_a_person(outcome: str) -> None:
    decision = decide(WINDOW + FEES + must(outcome), requested="2024-05-12")

    assert (decision.answer, decision.code) == ("review", "policy_breach")
    assert decision.to_settle[0].startswith(outcome.partition(":")[0] + " must be")
    assert decision.to_settle[0].endswith("(Art 9)")


@pytest.mark.parametrize(
    "outcome",
    [
        "fees.restocking: {at_most: 15% of item_price}",
        "fee_total: {at_most: USD 15.00}",
        "net: {at_least: USD 85.00}",
        "remedy: [refund, store_credit]",
        "remedy: {not: [nothing]}",
        "goods: ship_back",
        "request.days_allowed: {at_least: 7}",
        "answer: accept",
        "net: {at_least: 50% of item_price}, goods: {not: [keep]}",
    ],
)
def test_a_promise_that_is_kept_says_nothing(outcome: str) -> None:
    assert decide(WINDOW + FEES + must(outcome), requested="2024-05-12").answer == "accept"


def test_a_promise_holds_only_where_it_applies() -> None:
    promise = FEES + must("fees.restocking: none", "{channel: online}")

    assert decide(promise, channel="online").answer == "review"
    assert decide(promise, channel="store").answer == "accept"


def test_an_amount_that_is_open_breaks_no_promise_yet() -> None:
    promise = "fees: {label: {fee: label_cost}}\n" + must("fees.label: {at_most: USD 5.00}")

    assert decide(promise).answer == "accept"
    assert decide(promise, label_cost="USD 5.01").answer == "review"


def test_no_limit_allows_any_number_of_days() -> None:
    promise = "window: {no_limit: true}\n" + must("request.days_allowed: {at_least: 14}")

    assert decide(promise).answer == "accept"


def test_a_promise_has_its_own_code_and_sentence() -> None:
    own = FEES + must("fees.restocking: none").replace(
        "clause", "code: value_limit, because: No fee., clause"
    )
    decision = decide(own)

    assert (decision.code, decision.sentence) == ("value_limit", "No fee.")


def test_a_refusal_that_breaks_a_promised_window_does_not_stand() -> None:
    decision = decide(WINDOW + must("request.days_allowed: {at_least: 14}"), requested="2024-05-20")

    assert (decision.answer, decision.code) == ("review", "policy_breach")
    assert (decision.net, decision.net_certainty) == (None, "open")


def test_a_refusal_where_acceptance_is_promised_does_not_stand() -> None:
    decision = decide(WINDOW + must("answer: accept", "{reason: defective}"),
                      requested="2024-06-20", reason="defective")  # fmt: skip

    assert decision.answer == "review"


def test_a_refusal_breaks_no_promise_about_money() -> None:
    promise = WINDOW + must("net: {at_least: USD 85.00}, remedy: refund, return_paid_by: supplier")

    assert decide(promise, requested="2024-06-20").answer == "refuse"


def test_a_promise_about_a_reading_s_remedy_holds_it_against_that() -> None:
    taken = """
eligibility:
  rows:
    - id: E-2
      when: {reason: defective}
      answer: two_readings
      readings:
        - {id: A, answer: refuse, because: It says no., code: not_entitled}
        - {id: B, answer: accept, because: It says yes., sets: {remedy: store_credit}}
      we_take: B
      why: friendlier
"""
    assert decide(taken + must("remedy: refund"), reason="defective").answer == "review"
    assert decide(taken + must("remedy: store_credit"), reason="defective").answer == "accept"
