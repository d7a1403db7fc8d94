"""Decides whether a line may be returned, by the eligibility table and the deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from engine.decision.compiled import CompiledRow
from engine.decision.evaluation import Evaluation
from engine.decision.figures.clocks import Standing
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.decision.topics.deadlines import first_in
from engine.policy.conditions import leaves
from engine.policy.model import Reading, Verdict
from engine.policy.words import BAD, SUMMED

_SILENCE: Final = {"accept": "accept", "settle": "accept"}
"""The answer if a party stays silent, by `if_silent`; any other value refuses."""


def judge_eligibility(evaluation: Evaluation, builder: OutcomeBuilder) -> Verdict | None:
    """Adds the answer of the first row and returns its verdict.

    Returns None if unknown facts leave open which row that is, unless all candidates refuse.
    """
    table = evaluation.compiled.eligibility
    row = evaluation.pick(table)
    if row is None or table.name in evaluation.unsure:
        candidates = evaluation.candidates(table)
        evaluation.note(table, candidates)
        if not refuse_all(candidates, evaluation):
            builder.said.append(StatedAnswer(answer="accept", code="ok"))
            return None
        row = candidates[-1]
    builder.chosen.append((table, row))
    if row.prepared is None:
        evaluation.note_states()
    said = row.prepared or _of_deadlines(row, builder)
    if said.answer == "two_readings" or builder.disputed:
        said = _taken(said, row, builder)
    builder.said.append(said)
    return row.body


def refuse_all(rows: Sequence[CompiledRow[Verdict]], evaluation: Evaluation) -> bool:
    """Whether every one of some rows refuses, however the deadlines stand that they tell of."""
    clocks = [standing.clock for standing in evaluation.standings.values()]
    may_accept = any(clock.by and clock.if_silent in _SILENCE for clock in clocks)
    return all(
        each.body.answer == "refuse" and not (may_accept and each.prepared is None) for each in rows
    )


def _of_deadlines(row: CompiledRow[Verdict], builder: OutcomeBuilder) -> StatedAnswer:
    """Returns the answer of the first deadline in a state that the row tests (early, late, silent
    or disputed)."""
    tested = {
        word for leaf in leaves(row.row.when) if leaf.fact == "deadlines" for word in leaf.words
    }
    states = [state for state in SUMMED if not tested or state in tested]
    found = next((hit for state in states if (hit := first_in(state, builder))), None)
    if found is None:
        return StatedAnswer(
            answer="refuse", code="outside_window", row=row.row, sentence=row.row.because
        )
    part, clock_row, standing = found
    common = StatedAnswer(
        answer="refuse",
        code=standing.clock.if_late,
        row=row.row,
        sentence=row.row.because or clock_row.row.because,
        also=(clock_row.row.id,),
        deadline=part,
    )
    if standing.state == "early":
        return replace(common, code=standing.clock.if_early)
    if standing.state == "disputed":
        return _disputed(common, standing)
    return _silent(common, standing, builder) if standing.state == "silent" else common


def _silent(common: StatedAnswer, standing: Standing, builder: OutcomeBuilder) -> StatedAnswer:
    clock = standing.clock
    builder.on_silence = clock.if_silent
    answer = _SILENCE.get(str(clock.if_silent), "refuse")
    late = "outside_window" if clock.if_late == "go_on" else clock.if_late
    return replace(common, answer=answer, code="ok" if answer == "accept" else late)


def _disputed(common: StatedAnswer, standing: Standing) -> StatedAnswer:
    states = dict(standing.readings)
    readings = []
    for reading in standing.clock.readings:
        state = states[reading.id].state
        code = reading.clock.if_early if state == "early" else reading.clock.if_late
        readings.append(
            Reading(
                id=reading.id,
                answer="refuse" if state in BAD else "accept",
                code=code if state in BAD else "ok",
                because=reading.because,
                clause=reading.clause,
            )
        )
    code = standing.clock.code or "conflict_in_text"
    return replace(common, answer="two_readings", code=code, readings=tuple(readings))


def _taken(said: StatedAnswer, row: CompiledRow[Verdict], builder: OutcomeBuilder) -> StatedAnswer:
    """Lets the reading that the owner takes decide; `unsettled` names the row of the question."""
    taken = row.body.we_take
    if said.answer != "two_readings" or taken in (None, "none"):
        return replace(said, unsettled=_unsettled_clock(builder))
    reading = next(each for each in said.readings if each.id == taken)
    builder.sets = dict(reading.sets)
    return replace(
        said,
        answer=reading.answer,
        code=reading.code or ("ok" if reading.answer == "accept" else said.code),
        sentence=reading.because,
        to_settle=reading.to_settle,
        unsettled=row.row.id,
    )


def _unsettled_clock(builder: OutcomeBuilder) -> str | None:
    """Returns the row of a clock whose readings disagree, if one of them is taken."""
    for row, standing in builder.standings.values():
        if row is not None and standing is not None and standing.readings:
            return row.row.id if standing.state != "disputed" else None
    return None
