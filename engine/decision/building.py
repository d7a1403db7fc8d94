"""Builds the outcome of an evaluated line: chooses rows, then works out their figures."""

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
    """Returns the outcome builder of a line; `alone`: the line is the whole return."""
    builder = chosen(evaluation, alone=alone)
    add_figures(evaluation, builder)
    if evaluation.compiled.promises:
        keep_promises(evaluation, builder)
    return builder


def chosen(evaluation: Evaluation, *, alone: bool) -> OutcomeBuilder:
    """Returns an outcome builder with the rows of every topic chosen, but no figures."""
    builder = OutcomeBuilder()
    read_deadlines(evaluation, builder)
    answer_line(evaluation, builder)
    settle_line(evaluation, builder, alone=alone)
    if alone and evaluation.compiled.whole_return.rows:
        choose_waivers(evaluation, builder)
    return builder
