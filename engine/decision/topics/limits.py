"""Judges limits on value, number and history: compares `used` + `adds` with a bound."""

from __future__ import annotations

from engine.decision.compiled import CompiledRow, CompiledTable
from engine.decision.encoding import ABSENT
from engine.decision.evaluation import EvaluatedLine, Evaluation
from engine.decision.figures.counts import of_the_return
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.money import Money
from engine.policy.model import Limit, Quantity, ShareOfCount


def judge_limits(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Adds an answer for each limit that is exceeded; a limit that cannot be judged stays open."""
    for table in evaluation.compiled.limits:
        _judge(table, evaluation, builder)


def _judge(table: CompiledTable[Limit], evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    judged = [(row, *_left(row.body, evaluation)) for row in _rows(table, evaluation)]
    if not judged:
        return
    waits = next((str(each[2]) for each in judged if each[1] is None), None)
    if waits is not None:
        builder.open[f"limits.{table.part}"] = waits
        builder.limits.append((table.part, "open", None))
        return
    pick = max if table.table.decide == "highest" else min
    row, left, _ = pick(judged, key=lambda each: each[1] or 0)
    builder.chosen.append((table, row))
    _say(row, table.part, left or 0, evaluation, builder)


def _rows(table: CompiledTable[Limit], evaluation: Evaluation) -> list[CompiledRow[Limit]]:
    if table.table.decide in ("lowest", "highest"):
        return evaluation.applying(table)
    row = evaluation.pick(table)
    return [row] if row is not None else []


def _say(
    row: CompiledRow[Limit], part: str, left: int, evaluation: Evaluation, builder: OutcomeBuilder
) -> None:
    body = row.body
    state = "over" if left < 0 else "inside"
    shown = str(left) if body.counts else str(Money(left, evaluation.compiled.policy.currency))
    builder.limits.append((part, state, shown))
    if state == "over":
        builder.said.append(
            StatedAnswer(
                answer=body.if_over,
                code=row.row.code or body.usual_code,
                row=row.row,
                sentence=row.row.because,
                to_settle=body.to_settle,
            )
        )


def _left(body: Limit, evaluation: Evaluation) -> tuple[int | None, str | None]:
    """Returns what is left of a limit (below zero: exceeded), or None and what it waits for."""
    if evaluation.facts.ahead and of_the_return(body.adds):
        evaluation = Evaluation(evaluation.engines, evaluation.facts.without_ahead())
    used, adds = quantity_of(body.used, evaluation), quantity_of(body.adds, evaluation)
    lefts: list[int] = []
    bounds = ((body.at_most, 1, 0), (body.under, 1, 1), (body.at_least, -1, 0))
    for bound, sign, strict in bounds:
        if bound is None:
            continue
        value = quantity_of(bound, evaluation)
        for amount, name in (value, used, adds):
            if amount is None:
                return None, name
        lefts.append(sign * ((value[0] or 0) - (used[0] or 0) - (adds[0] or 0)) - strict)
    return min(lefts), None


def quantity_of(value: Quantity, line: EvaluatedLine) -> tuple[int | None, str | None]:
    """Works out an amount or a count; returns None and the fact it waits for while it is open."""
    if isinstance(value, int):
        return value, None
    if isinstance(value, ShareOfCount):
        found = line.facts.value(value.fact)
        known = found > ABSENT
        return (found * value.millionths // 1_000_000, None) if known else (None, value.fact)
    if isinstance(value, str):
        found = line.facts.value(value)
        return (found, None) if found > ABSENT else (None, value)
    worth = line.worth(value)
    return worth.minor, worth.waits_for
