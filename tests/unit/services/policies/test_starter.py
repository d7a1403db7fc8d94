"""A policy from four questions is whole: nothing is found in it, and its own tests pass."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import RequestFault
from engine.policy.editions import load, nobody
from engine.publishing.readiness import faults_before_publishing
from engine.publishing.suite import run_suite
from services.policies.starter import Answers, Payer, Remedy, policy_text


def answers(**more: object) -> Answers:
    usual: dict[str, object] = {
        "policy": "acme/standard",
        "currency": "USD",
        "first_day": date(2025, 1, 1),
        "days": 30,
        "remedy": Remedy.CREDIT,
        "payer": Payer.CONSUMER,
        "packaging": False,
    }
    return Answers(**{**usual, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "more",
    [
        {"counted_from": "shipped", "fee_percent": 15},
        {"counted_from": "ordered", "days": 0, "percent": 80},
        {"percent": 90, "fee_percent": 90, "packaging": True, "currency": "JPY"},
        {"fee_percent": 1, "currency": "KWD", "remedy": Remedy.REFUND, "payer": Payer.SUPPLIER},
    ],
)
def test_every_answer_gives_a_policy_that_may_be_published(more: dict[str, object]) -> None:
    file = load(policy_text(answers(**more)), "policy.yaml", nobody)

    report = run_suite(file, native=False)
    assert [case.failures for case in report.cases if not case.passed] == []
    assert faults_before_publishing(file) == ()


def test_a_fee_above_what_is_given_is_refused() -> None:
    with pytest.raises(RequestFault):
        policy_text(answers(percent=50, fee_percent=51))
