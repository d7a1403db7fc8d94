# ruff: noqa: E501 - rows read best in one line
"""A policy with deadlines says of every return that it accepts when it is too late."""

import pytest

from engine.policy.faults import Fault
from engine.publishing.meaning import meaning_of, surveys_of
from tests.unit.decision.building import decider, policy_of


def found(topics: str) -> list[Fault]:
    return [
        each for each in meaning_of(surveys_of(policy_of(topics))) if each.code == "no_deadline"
    ]


ONE = "window: {rows: [{id: W-BASE, when: {reason: change_of_mind}, within: 30 days, counted_from: delivered}MORE]}\n"
HOLE = ONE.replace("MORE", "")
REFUSED = "eligibility: {rows: [{id: E-NO, when: {reason: {not: change_of_mind}}, answer: refuse, code: final_sale}, {id: E-YES, otherwise: true, answer: accept}]}\n"


def test_a_return_that_no_deadline_ends_is_told_and_is_accepted_ten_years_later() -> None:
    (fault,) = found(HOLE)
    late = {**(fault.example or {}), "requested": "2034-12-31"}

    assert fault.level == "warning"
    assert "otherwise: true" in fault.sentence
    assert (fault.example or {})["reason"] != "change_of_mind"
    assert decider(HOLE).decide(late).answer == "accept"


@pytest.mark.parametrize(
    "topics",
    [
        "",
        "remedy: {give: refund}\n",
        ONE.replace("MORE", ", {id: W-ELSE, otherwise: true, no_limit: true}"),
        ONE.replace(
            "MORE", ", {id: W-ELSE, otherwise: true, within: 60 days, counted_from: delivered}"
        ),
        ONE.replace(
            "MORE", ", {id: W-ELSE, when: {reason: {not: change_of_mind}}, no_limit: true}"
        ),
        HOLE + REFUSED,
        "window: {days: 30, counted_from: delivered}\n",
    ],
)
def test_nothing_is_said_where_every_return_that_is_accepted_has_an_end_or_needs_none(
    topics: str,
) -> None:
    assert found(topics) == []
