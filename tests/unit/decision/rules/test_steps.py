"""A fact is known after the topic that gives it, to later rows and never to earlier ones."""

import pytest

from engine.decision.rules.steps import AFTER_DEADLINES, SENT, step_of
from engine.policy.model import Policy
from tests.unit.decision.building import policy_of


@pytest.fixture
def policy() -> Policy:
    return policy_of("""
deadlines:
  claim: {within: 5 days, counted_from: delivered}
  request: {within: 30 days, counted_from: delivered}
limits: {size: {adds: return_value, at_most: USD 50.00}}
fees: {a: {fee: USD 1.00}, b: {fee: USD 1.00}}
""")


def test_what_was_sent_is_known_first(policy: Policy) -> None:
    assert step_of("reason", "goods", policy) == SENT
    assert step_of("days_since.delivered", "eligibility", policy) == SENT


def test_parts_of_one_topic_come_in_turn(policy: Policy) -> None:
    first = step_of("claim.state", "deadlines", policy)

    assert SENT < first < step_of("request.state", "deadlines", policy) < AFTER_DEADLINES
    assert step_of("fees.a", "fees", policy) < step_of("fees.b", "fees", policy)


def test_topics_come_in_the_order_of_evaluation(policy: Policy) -> None:
    steps = [
        step_of("claim.state", "eligibility", policy),
        step_of("answer", "limits", policy),
        step_of("size.state", "demands", policy),
        step_of("missing", "goods", policy),
        step_of("remedy", "goods", policy),
        step_of("goods", "return_shipping", policy),
        step_of("return_paid_by", "fees", policy),
        step_of("base", "fees", policy),
        step_of("fees.a", "outbound_shipping", policy),
    ]

    assert steps == sorted(set(steps))


def test_the_answer_is_final_only_after_the_demands(policy: Policy) -> None:
    assert step_of("answer", "demands", policy) < step_of("answer", "remedies", policy)
    assert step_of("code", "goods", policy) == step_of("missing", "goods", policy)
