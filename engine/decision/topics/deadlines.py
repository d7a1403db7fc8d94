"""Reads the deadlines of a policy for a line."""

from __future__ import annotations

from engine.decision.compiled import CompiledRow, CompiledTable
from engine.decision.evaluation import Evaluation
from engine.decision.figures.clocks import Standing
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.meaning.lowering.clocks import asks_for_start
from engine.policy.model import Clock


def read_deadlines(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Reads the clocks in the order in which the policy has them."""
    builder.standings = clocks_of(evaluation)
    for table, (row, standing) in zip(
        evaluation.compiled.deadlines, builder.standings.values(), strict=True
    ):
        if row is None or standing is None:
            continue
        if table.part in evaluation.open_ends:
            builder.open[table.name] = ", ".join(evaluation.unsure[table.name])
        else:
            builder.chosen.append((table, row))
        if standing.readings:
            builder.disputed = True
        if facts := asked_of(table.part, standing, evaluation):
            _ask(row, facts, builder)
        elif standing.unopened:
            evaluation.note_opening(table, standing.unopened)


def clocks_of(
    evaluation: Evaluation,
) -> dict[str, tuple[CompiledRow[Clock] | None, Standing | None]]:
    """Returns for each deadline its row and how its clock stands."""
    found = {table.part: _chosen(table, evaluation) for table in evaluation.compiled.deadlines}
    evaluation.standings = {part: each for part, (_, each) in found.items() if each is not None}
    return found


def asked_of(part: str, standing: Standing, evaluation: Evaluation) -> tuple[str, ...]:
    """Returns the dates of which one must be known before a deadline can be judged."""
    started = standing.state != "not_started"
    if started and standing.event_day is not None and not standing.unsure:
        return ()
    clock = standing.clock
    if clock.can_be_missed and standing.event_day is None:
        return (evaluation.facts.today,)
    if clock.if_late != "go_on" and standing.unsure:
        return (evaluation.facts.today if standing.open_end else clock.event,)
    if started or not asks_for_start(part, clock):
        return ()
    # A start that was never sent is asked for; one known to be absent means not yet.
    for start in standing.awaited:
        facts = start.names
        if not any(evaluation.facts.was_sent(fact) for fact in facts):
            return facts
    return ()


def first_in(
    state: str, builder: OutcomeBuilder
) -> tuple[str, CompiledRow[Clock], Standing] | None:
    """Returns the first deadline in a state; deadlines that only `go_on` in it do not count."""
    for part, (row, standing) in builder.standings.items():
        if row is None or standing is None or standing.state != state:
            continue
        if standing.clock.says(state) != "go_on":
            return part, row, standing
    return None


def _ask(row: CompiledRow[Clock], facts: tuple[str, ...], builder: OutcomeBuilder) -> None:
    names = " or ".join(f"`{fact}`" for fact in facts)
    sentence = f"A deadline hangs on a date that must be known: {names}."
    builder.said.append(
        StatedAnswer(
            answer="ask", code="fact_missing", row=row.row, missing=facts, sentence=sentence
        )
    )


def _chosen(
    table: CompiledTable[Clock], evaluation: Evaluation
) -> tuple[CompiledRow[Clock] | None, Standing | None]:
    if table.table.decide not in ("longest", "shortest"):
        row = table.only or evaluation.pick(table)
        return (row, evaluation.stand(row)) if row else (None, None)
    found = [(row, evaluation.stand(row)) for row in evaluation.applying(table)]
    if not found:
        return None, None
    if len(found) > 1 and any(standing.open_end for _, standing in found):
        evaluation.note_open_pause(table)
    begins = [pair for pair in found if not pair[1].never] or found
    ends = [standing.rank(evaluation.compiled.policy.time_zone) for _, standing in begins]
    row, taken = begins[ends.index((max if table.table.decide == "longest" else min)(ends))]
    rivals = _rivals(table, taken, [standing for _, standing in found if standing is not taken])
    if rivals:
        late = not taken.endless and taken.state in ("late", "silent")
        sure = late and all(each.clock.late_like(taken.clock) for each in rivals)
        starts = [each.clock.start for each in rivals if each.clock.start is not None]
        evaluation.note_open_ends(table, starts, state_is_sure=sure)
    return row, taken


def _rivals(table: CompiledTable[Clock], taken: Standing, others: list[Standing]) -> list[Standing]:
    """Returns the clocks whose ends, which are not known, leave open which row is taken.

    A clock that has not started wins under `longest`, and waits; under `shortest` it is left out
    until it starts, unless its start is asked for.
    """
    if taken.endless and others:
        return [taken]
    if table.table.decide == "longest" or taken.unbegun:
        return []
    return [each for each in others if each.unbegun and asks_for_start(table.part, each.clock)]
