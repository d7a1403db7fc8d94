"""Whether a line comes back at all: the eligibility table, and what it leaves to the deadlines."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from engine.decision.draft import Draft
from engine.decision.figures.clocks import BAD, Standing
from engine.decision.plan import RowPlan
from engine.decision.ready import Said
from engine.decision.run import Run
from engine.decision.topics.deadlines import SUMMED, first_in
from engine.policy.conditions import leaves
from engine.policy.model import Reading, Verdict

_SILENCE: Final = {"accept": "accept", "settle": "accept"}
"""What the silence of a party comes to; any other default refuses."""


def judge_eligibility(run: Run, draft: Draft) -> Verdict | None:
    """Adds what the first row says; None where unknown facts leave open which row that is."""
    table = run.plan.eligibility
    row = run.pick(table)
    if row is None or table.name in run.unsure:
        candidates = run.candidates(table)
        run.note(table, candidates)
        if {each.body.answer for each in candidates} != {"refuse"}:
            draft.said.append(Said(answer="accept", code="ok"))
            return None
        row = candidates[-1]
    draft.chosen.append((table, row))
    said = row.ready or _of_deadlines(row, draft)
    if said.answer == "two_readings" or draft.disputed:
        said = _taken(said, row, draft)
    draft.said.append(said)
    return row.body


def _of_deadlines(row: RowPlan[Verdict], draft: Draft) -> Said:
    """What the first deadline says that is early, late, silent or disputed, as the row tests."""
    tested = {
        word for leaf in leaves(row.row.when) if leaf.fact == "deadlines" for word in leaf.words
    }
    states = [state for state in SUMMED if not tested or state in tested]
    found = next((hit for state in states if (hit := first_in(state, draft))), None)
    if found is None:
        return Said(answer="refuse", code="outside_window", row=row.row, sentence=row.row.because)
    part, clock_row, standing = found
    common = Said(
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
    return _silent(common, standing, draft) if standing.state == "silent" else common


def _silent(common: Said, standing: Standing, draft: Draft) -> Said:
    clock = standing.clock
    draft.on_silence = clock.if_silent
    answer = _SILENCE.get(str(clock.if_silent), "refuse")
    late = "outside_window" if clock.if_late == "go_on" else clock.if_late
    return replace(common, answer=answer, code="ok" if answer == "accept" else late)


def _disputed(common: Said, standing: Standing) -> Said:
    states = dict(standing.readings)
    readings = []
    for reading in standing.clock.readings:
        state = states[reading.id].state
        clock = reading.clock
        code = clock.if_early if state == "early" else clock.if_late
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


def _taken(said: Said, row: RowPlan[Verdict], draft: Draft) -> Said:
    """A reading that the owner takes decides; the question stays open in `unsettled`."""
    taken = row.body.we_take
    if said.answer != "two_readings" or taken in (None, "none"):
        return replace(said, unsettled=_unsettled_clock(draft))
    reading = next(each for each in said.readings if each.id == taken)
    draft.sets = dict(reading.sets)
    return replace(
        said,
        answer=reading.answer,
        code=reading.code or ("ok" if reading.answer == "accept" else said.code),
        sentence=reading.because,
        to_settle=reading.to_settle,
        unsettled=row.row.id,
    )


def _unsettled_clock(draft: Draft) -> str | None:
    """The row of a clock of which one reading is taken although they disagree."""
    for row, standing in draft.standings.values():
        if row is not None and standing is not None and standing.readings:
            return row.row.id if standing.state != "disputed" else None
    return None
