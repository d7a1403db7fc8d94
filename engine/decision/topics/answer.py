"""The answer of one line: eligibility, limits and demands each say theirs, the strongest holds."""

from __future__ import annotations

from engine.decision.draft import Draft, Said
from engine.decision.run import Run
from engine.decision.topics.demands import judge_demands, write_demands
from engine.decision.topics.eligibility import judge_eligibility
from engine.decision.topics.limits import judge_limits, skip_limits


def answer_line(run: Run, draft: Draft) -> None:
    """Works out the answer, the deadlines read, and writes it where later rows can test it."""
    verdict = judge_eligibility(run, draft)
    write_answer(run, draft.verdict)
    if verdict is None or not verdict.stands:
        judge_limits(run, draft)
        judge_demands(run, draft)
        write_answer(run, draft.verdict)
    else:
        skip_limits(run)
        write_demands(run, draft)


def write_answer(run: Run, said: Said) -> None:
    """Puts the answer and its code where later topics test them."""
    run.facts.write_word("answer", said.answer)
    run.facts.write_word("code", said.code)
