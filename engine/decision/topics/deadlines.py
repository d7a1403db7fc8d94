"""Reads every deadline of a policy."""

from __future__ import annotations

from engine.decision.draft import Draft
from engine.decision.figures.clocks import Standing
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.ready import Said
from engine.decision.run import Run
from engine.policy.model import Clock

SUMMED = ("early", "late", "disputed", "silent")
"""States that `deadlines` sums up over all parts, in the order in which they are heard."""


def read_deadlines(run: Run, draft: Draft) -> None:
    """Reads the clocks in the order written."""
    for table in run.plan.deadlines:
        _read(table, run, draft)


def first_in(state: str, draft: Draft) -> tuple[str, RowPlan[Clock], Standing] | None:
    """The first deadline that counts in a state; parts that only `go_on` do not."""
    for part, (row, standing) in draft.standings.items():
        if row is None or standing is None or standing.state != state:
            continue
        clock = standing.clock
        said = {"early": clock.if_early, "late": clock.if_late, "silent": clock.if_silent}
        if said.get(state) != "go_on":
            return part, row, standing
    return None


def _read(table: TablePlan[Clock], run: Run, draft: Draft) -> None:
    row, standing = _chosen(table, run)
    draft.standings[table.part] = (row, standing)
    if row is None or standing is None:
        return
    draft.chosen.append((table, row))
    if standing.readings:
        draft.disputed = True
    if standing.event_day is None or standing.unsure or standing.state == "not_started":
        _ask_for_dates(table, row, standing, run, draft)


def _ask_for_dates(
    table: TablePlan[Clock], row: RowPlan[Clock], standing: Standing, run: Run, draft: Draft
) -> None:
    clock = standing.clock
    if clock.if_late != "go_on" and standing.event_day is None:
        _ask(row, ("requested",), draft)
    elif clock.if_late != "go_on" and standing.unsure:
        _ask(row, ("requested" if standing.open_end else clock.event,), draft)
    elif standing.state == "not_started" and (clock.must_start or table.part == "request"):
        # A start that was never sent is asked for; one known to be absent means not yet.
        unopened = clock.opens.start if clock.opens and standing.first_day is None else None
        start = unopened or clock.start
        facts = tuple(entry.fact for entry in start.dates) if start else ()
        if facts and not any(run.facts.was_sent(fact) for fact in facts):
            _ask(row, facts, draft)


def _ask(row: RowPlan[Clock], facts: tuple[str, ...], draft: Draft) -> None:
    names = " or ".join(f"`{fact}`" for fact in facts)
    sentence = f"A deadline hangs on a date that must be known: {names}."
    draft.said.append(
        Said(answer="ask", code="fact_missing", row=row.row, missing=facts, sentence=sentence)
    )


def _chosen(table: TablePlan[Clock], run: Run) -> tuple[RowPlan[Clock] | None, Standing | None]:
    if table.table.decide in ("longest", "shortest"):
        found = [(row, run.stand(row)) for row in run.applying(table)]
        if not found:
            return None, None
        if any(standing.open_end for _, standing in found):
            run.wait_for_today(table)
        pick = max if table.table.decide == "longest" else min
        return pick(found, key=lambda pair: pair[1].rank) if len(found) > 1 else found[0]
    row = run.pick(table)
    return (row, run.stand(row)) if row else (None, None)
