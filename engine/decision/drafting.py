"""What comes of a line that was evaluated: rows are chosen, then their figures worked out."""

from __future__ import annotations

from engine.decision.draft import Draft
from engine.decision.run import Run
from engine.decision.topics.answer import answer_line
from engine.decision.topics.deadlines import read_deadlines
from engine.decision.topics.money import total_up
from engine.decision.topics.promises import keep_promises
from engine.decision.topics.settle import settle_line, work_out
from engine.decision.whole_return.waivers import waive


def drafted(run: Run, *, alone: bool) -> Draft:
    """The draft of a line; `alone`: it is the whole return."""
    return with_figures(run, chosen(run, alone=alone), alone=alone)


def chosen(run: Run, *, alone: bool) -> Draft:
    """The rows of every topic, in their order."""
    draft = Draft()
    read_deadlines(run, draft)
    answer_line(run, draft)
    settle_line(run, draft, alone=alone)
    return draft


def with_figures(run: Run, draft: Draft, *, alone: bool) -> Draft:
    """What chosen rows come to for the values of a line."""
    work_out(run, draft)
    if alone and run.plan.whole_return.rows:
        waive(run, draft)
    total_up(run, draft)
    if run.plan.promises:
        keep_promises(run, draft)
    return draft
