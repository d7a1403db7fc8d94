"""The answer of one line: eligibility, limits and demands each say theirs, the strongest holds."""

from __future__ import annotations

from engine.decision.draft import Draft
from engine.decision.run import Run
from engine.decision.topics.demands import judge_demands
from engine.decision.topics.eligibility import judge_eligibility
from engine.decision.topics.limits import judge_limits


def answer_line(run: Run, draft: Draft) -> None:
    """Works out the answer, the deadlines read."""
    verdict = judge_eligibility(run, draft)
    if verdict is None or not verdict.stands:
        judge_limits(run, draft)
        judge_demands(run, draft)
