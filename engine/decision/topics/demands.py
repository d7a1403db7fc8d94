"""Judges demands for papers, evidence, condition and packaging: each is met, failed or open."""

from __future__ import annotations

from engine.decision.compiled import CompiledRow
from engine.decision.encoding import UNKNOWN
from engine.decision.evaluation import Evaluation
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.decision.rules.explained_test import truth
from engine.decision.slots import Slots
from engine.policy.conditions import inside_of, leaves
from engine.policy.model import PRESENCE, AnyOf, Condition, Demand, Leaf


def judge_demands(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Adds an answer for each demand that failed; a demand whose facts are unknown stays open."""
    table = evaluation.compiled.demands
    for row in evaluation.possible(table):
        if row.asked.mask & evaluation.true:
            builder.chosen.append((table, row))
            _judge(row, evaluation, builder)
        elif _met(row, evaluation) is not True:
            evaluation.note(table, [row])


def _judge(row: CompiledRow[Demand], evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    body = row.body
    if body.need:
        builder.requires |= dict.fromkeys(body.need)
    if body.subject_to:
        builder.subject_to |= dict.fromkeys(body.subject_to)
    builder.original_packaging |= row.prepared
    met = _met(row, evaluation)
    if met is None:
        builder.open[f"demands.{row.row.id}"] = ", ".join(_open_words(row, evaluation))
    elif not met:
        _fail(row, evaluation, builder)


def _met(row: CompiledRow[Demand], evaluation: Evaluation) -> bool | None:
    """Whether what was sent meets a demand; a supposed value neither meets nor fails one."""
    if row.inner is None:
        return True
    asked = {evaluation.compiled.slots.of_leaf(leaf) for leaf in _demanded(row)}
    if asked.isdisjoint(evaluation.supposed):
        return evaluation.holds(row.inner)
    values = evaluation.facts.values.copy()
    for slot in evaluation.supposed:
        values[slot] = UNKNOWN
    inside = inside_of(row.row)
    return None if inside is None else _holds(inside, values, evaluation.compiled.slots)


def _holds(condition: Condition, values: list[int], slots: Slots) -> bool | None:
    """Whether a condition holds for some values; None if that depends on an unknown fact."""
    if isinstance(condition, Leaf):
        return truth(condition, *slots.leaf(condition))(values)
    found = {_holds(part, values, slots) for part in condition.parts}
    decisive = isinstance(condition, AnyOf)
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _demanded(row: CompiledRow[Demand]) -> list[Leaf]:
    inside = inside_of(row.row)
    return leaves(inside) if inside is not None else []


def _fail(row: CompiledRow[Demand], evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    body = row.body
    builder.failed.append(row.row.id)
    lacking = tuple(word for word in body.need if evaluation.facts.value(f"evidence#{word}") == 0)
    builder.missing |= dict.fromkeys(lacking)
    if body.if_not == "go_on":
        return
    builder.said.append(
        StatedAnswer(
            answer=body.if_not,
            code=row.row.code or body.usual_code,
            row=row.row,
            sentence=row.row.because,
            missing=lacking if body.if_not == "ask" else (),
            to_settle=body.to_settle,
            curable=body.curable or body.if_not == "ask",
        )
    )


def _open_words(row: CompiledRow[Demand], evaluation: Evaluation) -> list[str]:
    values, slots = (evaluation.before or evaluation).facts.values, evaluation.compiled.slots
    return list(
        dict.fromkeys(
            leaf.words[0] if leaf.fact == "evidence" else leaf.fact
            for leaf in _demanded(row)
            if leaf.op not in PRESENCE and values[slots.of_leaf(leaf)] == UNKNOWN
        )
    )
