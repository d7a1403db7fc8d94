"""What comes of a line that was evaluated: rows are chosen, then their figures worked out."""

from __future__ import annotations

from engine.decision.evaluation import Evaluation
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.topics.answer import answer_line
from engine.decision.topics.deadlines import read_deadlines
from engine.decision.topics.promises import keep_promises
from engine.decision.topics.settle import settle_line
from engine.decision.topics.sums import add_figures
from engine.decision.whole_return.waivers import choose_waivers


def built(evaluation: Evaluation, *, alone: bool) -> OutcomeBuilder:
    """The draft of a line; `alone`: it is the whole return."""
    builder = chosen(evaluation, alone=alone)
    add_figures(evaluation, builder)
    if evaluation.compiled.promises:
        keep_promises(evaluation, builder)
    return builder


def chosen(evaluation: Evaluation, *, alone: bool) -> OutcomeBuilder:
    """The rows of every topic, in their order."""
    builder = OutcomeBuilder()
    read_deadlines(evaluation, builder)
    answer_line(evaluation, builder)
    settle_line(evaluation, builder, alone=alone)
    if alone and evaluation.compiled.whole_return.rows:
        choose_waivers(evaluation, builder)
    return builder
