"""What comes of a line that was evaluated: rows are chosen, then their figures worked out."""

from __future__ import annotations

from engine.decision.draft import Draft, Figures
from engine.decision.run import Line, Run
from engine.decision.topics.answer import answer_line
from engine.decision.topics.deadlines import read_deadlines
from engine.decision.topics.money import total_up
from engine.decision.topics.promises import keep_promises
from engine.decision.topics.settle import settle_line, work_out
from engine.decision.whole_return.waivers import choose_waivers, waive


def drafted(run: Run, *, alone: bool) -> Draft:
    """The draft of a line; `alone`: it is the whole return."""
    draft = chosen(run, alone=alone)
    add_figures(run, draft, draft)
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


def add_figures(line: Line, rows: Draft, figures: Figures) -> None:
    """What chosen rows come to for the values of a line."""
    work_out(line, rows, figures)
    waive(rows, figures)
    total_up(line, rows, figures)
