"""What comes of a line that was evaluated: rows are chosen, then their figures worked out."""

from __future__ import annotations

from engine.decision.draft import Draft
from engine.decision.run import Run
from engine.decision.topics.answer import answer_line
from engine.decision.topics.deadlines import read_deadlines
from engine.decision.topics.promises import keep_promises
from engine.decision.topics.settle import settle_line
from engine.decision.topics.sums import add_figures
from engine.decision.whole_return.waivers import choose_waivers


def drafted(run: Run, *, alone: bool) -> Draft:
    """The draft of a line; `alone`: it is the whole return."""
    draft = chosen(run, alone=alone)
    add_figures(run, draft)
    if run.plan.promises:
        keep_promises(run, draft)
    return draft


def chosen(run: Run, *, alone: bool) -> Draft:
    """The rows of every topic, in their order."""
    draft = Draft()
    read_deadlines(run, draft)
    answer_line(run, draft)
    settle_line(run, draft, alone=alone)
    if alone and run.plan.whole_return.rows:
        choose_waivers(run, draft)
    return draft
