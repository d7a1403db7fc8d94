"""Decides the answer of a line: the strongest of those of eligibility, limits and demands."""

from __future__ import annotations

from engine.decision.evaluation import Evaluation
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.topics.demands import judge_demands
from engine.decision.topics.eligibility import judge_eligibility
from engine.decision.topics.limits import judge_limits


def answer_line(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Works out the answer, after the deadlines were read."""
    verdict = judge_eligibility(evaluation, builder)
    if verdict is None or not verdict.stands:
        judge_limits(evaluation, builder)
        judge_demands(evaluation, builder)
