"""Settles a line: decides the topics after the answer, or what happens after a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.decision.compiled import CompiledRow, CompiledTable
from engine.decision.evaluation import Evaluation
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer, leg_of
from engine.decision.topics import money
from engine.decision.topics.deadlines import read_deadlines
from engine.decision.topics.remedies import add_leg, give_remedies
from engine.decision.topics.sums import add_figures


def settle_line(evaluation: Evaluation, builder: OutcomeBuilder, *, alone: bool) -> None:
    """Chooses everything after the answer; `alone`: fees per return are charged here too."""
    if builder.verdict.answer == "refuse":
        _after_refusal(evaluation, builder)
        return
    give_remedies(evaluation, builder)
    _take(evaluation.compiled.goods, evaluation, builder)
    _take(evaluation.compiled.return_shipping, evaluation, builder)
    if builder.sets:
        _override(builder, "goods", "goods_to", "return_paid_by", "label_by")
    money.choose_rows(evaluation, builder, alone=alone)


def settle_as(
    evaluation: Evaluation, said: StatedAnswer, sets: Mapping[str, object], *, alone: bool
) -> OutcomeBuilder:
    """Returns the outcome of a line whose answer is given, with the fields that are set with it."""
    builder = OutcomeBuilder()
    read_deadlines(evaluation, builder)
    builder.said.append(said)
    builder.sets = dict(sets)
    settle_line(evaluation, builder, alone=alone)
    add_figures(evaluation, builder)
    return builder


def _take(
    table: CompiledTable[Any], evaluation: Evaluation, builder: OutcomeBuilder
) -> CompiledRow[Any] | None:
    """Fills in the fields of the row that applies; returns None if none does or it is unknown."""
    row = table.only or evaluation.pick(table)
    if row is None or (evaluation.unsure and table.name in evaluation.unsure):
        return None
    builder.chosen.append((table, row))
    for name, value in row.prepared:
        setattr(builder, name, value)
    return row


def _after_refusal(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    row = _take(evaluation.compiled.after_refusal, evaluation, builder)
    for party, remedy in row.body.remedies if row is not None else ():
        add_leg(leg_of(remedy, party), remedy, None, evaluation, builder)


def _override(builder: OutcomeBuilder, *names: str) -> None:
    """Overwrites fields that a reading sets."""
    for name in names:
        found = builder.sets.get(name, getattr(builder, name))
        setattr(builder, name, None if found is None else str(found))
