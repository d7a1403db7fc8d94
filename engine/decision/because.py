"""The explanation: per topic the row, its place, its sentences, the values it saw; what also held
and lost; what nearly held. It reads an evaluation and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from msgspec.structs import replace

from engine.dates import day_text, instant_text
from engine.decision.draft import Draft
from engine.decision.figures.clocks import Standing
from engine.decision.plan import Plan, RowPlan, TablePlan
from engine.decision.prose import sentence_of as row_sentence
from engine.decision.ready import Said, counting_of
from engine.decision.record import AlsoTrue, Because, Deadline, Nearly, Seen
from engine.decision.run import Run
from engine.decision.sentences import Later, deadline_text, filled
from engine.policy.model import Clock, Verdict

_MOST_NEARLY = 6
_MOST_KEPT = 128
_MOST_BEATEN = 16


def explain(run: Run, draft: Draft) -> tuple[Because, ...]:
    """Every row that decided, in the order of the topics."""
    said = explanation(draft, run.plan)
    return said(run, draft) if callable(said) else said


def explanation(draft: Draft, plan: Plan) -> tuple[Because, ...] | Later[tuple[Because, ...]]:
    """The same, worked out where rows saw values or their sentences hang on what was sent."""
    each: list[Any] = [row.always or _because(t, row, draft, plan) for t, row in draft.chosen]
    later = [(place, row) for place, row in enumerate(each) if callable(row)]
    if not later:
        return tuple(each)

    def work_out(run: Run, draft: Draft) -> tuple[Because, ...]:
        found = each.copy()
        for place, row in later:
            found[place] = row(run, draft)
        return tuple(found)

    return work_out


def also_true(draft: Draft) -> tuple[AlsoTrue, ...] | Later[tuple[AlsoTrue, ...]]:
    """Rows that held but came after, or were beaten by, the row that was taken."""
    rivals = [(table, row) for table, row in draft.chosen if row.rivals]
    losing = reduce(or_, (row.rivals for _, row in rivals), 0)
    if not losing:
        return ()

    kept: dict[int, tuple[AlsoTrue, ...]] = {0: ()}

    def work_out(run: Run, _: Draft) -> tuple[AlsoTrue, ...]:
        true = run.true & run.sure & losing
        found = kept.get(true)
        if found is None:
            found = tuple([each for pair in rivals for each in _beaten(true, *pair)])
            if len(kept) < _MOST_BEATEN:
                kept[true] = found
        return found

    return work_out


def _beaten(true: int, table: TablePlan[Any], row: RowPlan[Any]) -> Iterator[AlsoTrue]:
    others = true & row.rivals
    while others:
        low = others & -others
        other = table.by_mask[low].row
        others ^= low
        yield AlsoTrue(table.name, other.id, row.row.id, other.source.line)


def nearly(run: Run, draft: Draft) -> tuple[Nearly, ...]:
    """Rows that would have held, had one value been different, and lateness in days."""
    found: list[Nearly] = []
    for part, (row, standing) in draft.standings.items():
        left = standing.days_left if standing is not None else None
        if standing is not None and row is not None and left is not None and -31 <= left < 0:
            change = f"{standing.clock.event} {-left} day{'s' if left < -1 else ''} earlier"
            line = row.row.source.line
            found.append(
                Nearly(topic=f"deadlines.{part}", row=row.row.id, line=line, change=change)
            )
    table = run.plan.eligibility
    chosen = next((row for each, row in draft.chosen if each is table), None)
    for other in table.rows:
        if other is chosen or len(found) >= _MOST_NEARLY:
            break
        near = None if other.asked.mask & run.true & run.sure else _nearly(table, other, run)
        found += [near] if near else []
    return tuple(found)


def _nearly(table: TablePlan[Verdict], row: RowPlan[Verdict], run: Run) -> Nearly | None:
    if row.row.built_in or not row.plain or len(row.lenses) < 2:
        return None
    values, found = run.facts.values, None
    for lens in row.lenses:
        if lens.truth(values) is not True:
            if found is not None:
                return None
            found = lens
    if found is None:
        return None
    change = f"{found.fact} {found.leaf.written} (now {found.shown(values, run.facts.sent)})"
    return Nearly(table.name, row.row.id, row.row.source.line, change)


def _because(table: TablePlan[Any], row: RowPlan[Any], draft: Draft, plan: Plan) -> Later[Because]:
    """The record of one row; what says the same whenever the same values are seen is kept."""
    said = row.because
    if said is None:
        return _of_row(table, row, draft, plan)
    pick, kept = row.pick, row.kept

    def work_out(run: Run, _: Draft) -> Because:
        return kept.get(pick(run.facts.values)) or _saw(said, row, run)

    return work_out


def _saw(said: Because, row: RowPlan[Any], run: Run) -> Because:
    """The record of a row with what it saw; kept by the values."""
    key, found = row.pick(run.facts.values), replace(said, seen=_seen(row, run))
    if 0 not in key and len(row.kept) < _MOST_KEPT:  # 0 may be any word that has no number
        row.kept[key] = found
    return found


def _of_row(table: TablePlan[Any], row: RowPlan[Any], draft: Draft, plan: Plan) -> Later[Because]:
    """The same of a row whose sentences hang on what was sent."""
    rule, place, agent = row.row, row.place, row.row.for_agent
    built_in, pick, kept = rule.built_in, row.pick, row.kept
    blank = Because(*place, "", "", (), built_in)
    sentence = filled(rule.because, plan) if rule.because else _default(table, row, draft, plan)
    told = filled(agent, plan) if agent else None

    def work_out(run: Run, draft: Draft) -> Because:
        said = sentence if isinstance(sentence, str) else sentence(run, draft)
        agent = told(run, draft) if callable(told) else told or said
        seen = (kept.get(pick(run.facts.values)) or _saw(blank, row, run)).seen
        return Because(*place, said, agent, seen, built_in)

    return work_out


def _seen(row: RowPlan[Any], run: Run) -> tuple[Seen, ...]:
    values, sent = run.facts.values, run.facts.sent
    seen = [lens.see(values, sent, row.plain or lens.truth(values)) for lens in row.lenses]
    return tuple(dict.fromkeys(seen)) if len(seen) > 1 else tuple(seen)  # `quantity: 2` says two


def _default(
    table: TablePlan[Any], row: RowPlan[Any], draft: Draft, plan: Plan
) -> str | Later[str]:
    for said in draft.said:
        if said.row is row.row:
            if said.sentence:
                return filled(said.sentence, plan)
            break
    if row.body.__class__ is Clock:
        return deadline_text(table.part, "", plan)
    return filled(row_sentence(table.part, row.row), plan)


def sentence_of(verdict: Said, plan: Plan) -> str | Later[str]:
    """What a verdict says."""
    policy, part = plan.policy, verdict.deadline
    usual = policy.codes.get(verdict.code, verdict.code)
    if verdict.sentence:
        return filled(verdict.sentence, plan)
    if part is None:
        return usual
    return deadline_text(part, usual, plan)


def deadlines_of(run: Run, draft: Draft) -> tuple[Deadline, ...]:
    """Every deadline with a row, for the record."""
    zone, found = run.plan.policy.time_zone, []
    for part, (row, standing) in draft.standings.items():
        if row is not None and standing is not None:
            found.append(_deadline(part, row, standing, zone))
    return tuple(found)


def _deadline(part: str, row: RowPlan[Clock], standing: Standing, zone: str) -> Deadline:
    clock, event, start = standing.clock, standing.event_day, standing.start_day
    first, last, moment = standing.first_day, standing.last_day, standing.last_moment
    counted_from, length, counting = row.ready if clock is row.body else counting_of(clock)
    return Deadline(
        part,
        row.row.id,
        standing.state,
        clock.event,
        day_text(event) if event is not None and standing.event_known else None,
        standing.start_fact or counted_from,
        None if start is None else day_text(start),
        length,
        counting,
        None if first is None else day_text(first),
        None if last is None else day_text(last),
        None if moment is None else instant_text(moment, zone),
        standing.days_left,
        standing.days_since_open,
        standing.days_allowed,
        clock.by,
        standing.note,
    )
