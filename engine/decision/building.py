"""Builds the outcome of an evaluated line: chooses rows, then works out their figures."""

from __future__ import annotations

from engine.decision.evaluation import Evaluation
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.topics.deadlines import read_deadlines
from engine.decision.topics.demands import judge_demands
from engine.decision.topics.eligibility import judge_eligibility
from engine.decision.topics.limits import judge_limits
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
    _answer(evaluation, builder)
    settle_line(evaluation, builder, alone=alone)
    if alone and evaluation.compiled.whole_return.rows:
        choose_waivers(evaluation, builder)
    return builder


def _answer(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Adds the answers of eligibility, limits and demands; the strongest is that of the line."""
    verdict = judge_eligibility(evaluation, builder)
    if verdict is None or not verdict.stands:
        judge_limits(evaluation, builder)
        judge_demands(evaluation, builder)
