"""The explanation: per topic the row, its place, its sentences, the values it saw; what also held
and lost; what nearly held. It reads an evaluation and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from engine.dates import day_text, instant_text
from engine.decision.draft import Draft
from engine.decision.figures.clocks import Standing
from engine.decision.plan import Plan, RowPlan, TablePlan
from engine.decision.prose import sentence_of
from engine.decision.record import AlsoTrue, Because, Deadline, Nearly
from engine.decision.rules.lens import number_text
from engine.decision.run import Run
from engine.money import Money
from engine.policy.model import Clock, Pick, Verdict

_PLACEHOLDER: Final = re.compile(r"<([a-z][a-z0-9_.]*)>")
_MOST_NEARLY = 6
_MOST_KEPT = 128


def explain(run: Run, draft: Draft) -> tuple[Because, ...]:
    """Every row that decided, in the order of the topics."""
    values = run.facts.values
    return tuple(
        [
            row.kept.get(row.pick(values)) or _because(table, row, run, draft)
            for table, row in draft.chosen
        ]
    )


def also_true(run: Run, draft: Draft) -> tuple[AlsoTrue, ...]:
    """Rows that held but came after, or were beaten by, the row that was taken."""
    found: list[AlsoTrue] = []
    for table, row in draft.chosen:
        others = run.true & run.sure & table.mask & ~row.asked.mask
        if not others or table.table.decide == "add_up":
            continue
        while others:
            low = others & -others
            other = table.by_mask[low].row
            others &= others - 1
            if not other.otherwise:
                found.append(
                    AlsoTrue(
                        topic=table.name, row=other.id, lost_to=row.row.id, line=other.source.line
                    )
                )
    return tuple(found)


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
    values = run.facts.values
    failing = (lens for lens in row.lenses if lens.truth(values) is not True)
    lens = next(failing, None)
    if lens is None or next(failing, None) is not None:
        return None
    change = f"{lens.fact} {lens.leaf.written} (now {lens.shown(values, run.facts.sent)})"
    return Nearly(topic=table.name, row=row.row.id, line=row.row.source.line, change=change)


def _because(table: TablePlan[Any], row: RowPlan[Any], run: Run, draft: Draft) -> Because:
    """The record of one row; what says the same whenever the same values are seen is kept."""
    values = run.facts.values
    if not row.fixed:
        return _made(table, row, run, draft)
    key = row.pick(values)
    found = _made(table, row, run, draft)
    if 0 not in key and len(row.kept) < _MOST_KEPT:  # 0 may be any word that has no number
        row.kept[key] = found
    return found


def _made(table: TablePlan[Any], row: RowPlan[Any], run: Run, draft: Draft) -> Because:
    rule, values, sent = row.row, run.facts.values, run.facts.sent
    seen = [lens.see(values, sent, row.plain or lens.truth(values)) for lens in row.lenses]
    sentence = fill(
        rule.because or _default_sentence(table, row, draft, run.plan.policy.time_zone), run, draft
    )
    agent = fill(rule.for_agent, run, draft) or sentence
    return Because(
        topic=table.name,
        row=rule.id,
        file=rule.source.file,
        line=rule.source.line,
        clause=rule.clause,
        sentence=sentence,
        for_agent=agent,
        seen=tuple(dict.fromkeys(seen)) if len(seen) > 1 else tuple(seen),  # `quantity: 2` says two
        built_in=rule.built_in,
    )


def _default_sentence(table: TablePlan[Any], row: RowPlan[Any], draft: Draft, zone: str) -> str:
    for said in draft.said:
        if said.row is row:
            if said.sentence:
                return said.sentence
            break
    if table.table.topic == "deadlines":
        return deadline_sentence(str(table.table.part), draft, zone)
    return sentence_of(table.part, row)


def deadline_sentence(part: str, draft: Draft, zone: str) -> str:
    """A sentence that says where a deadline stands."""
    _, standing = draft.standings.get(part, (None, None))
    if standing is None:
        return ""
    if standing.last_moment is not None:
        last = instant_text(standing.last_moment, zone)
    else:
        last = day_text(standing.last_day) if standing.last_day is not None else ""
    if standing.state in ("in_time", "pending"):
        return f"In time: the last day is {last}." if last else "There is no time limit."
    if standing.state == "late":
        return f"The last day was {last}; {standing.clock.event.replace('_', ' ')} came later."
    if standing.state == "early" and standing.first_day is not None:
        return f"It is too early: the first day is {day_text(standing.first_day)}."
    return {
        "silent": f"Nothing was done by {last}.",
        "not_started": "The time has not begun to run.",
        "disputed": "The policy can be read in more than one way here.",
    }.get(standing.state, "")


def fill(text: str | None, run: Run, draft: Draft) -> str:
    """A sentence with `<last_day>` and the like replaced by their values."""
    if not text or "<" not in text:
        return text or ""
    parts = _PLACEHOLDER.split(text)
    for place in range(1, len(parts), 2):
        parts[place] = _value_of(parts[place], run, draft) or f"<{parts[place]}>"
    return "".join(parts)


def _value_of(name: str, run: Run, draft: Draft) -> str | None:
    part, _, field = name.rpartition(".")
    _, standing = draft.standings.get(part or str(run.plan.main_deadline), (None, None))
    if standing is not None and field in (
        "last_day",
        "first_day",
        "last_moment",
        "days_left",
        "counted_from",
    ):
        return _deadline_value(standing, field, run.plan)
    if name in ("net", "base", "fee_total") and getattr(draft, name) is not None:
        return str(Money(getattr(draft, name), run.plan.policy.currency))
    sent = run.facts.sent.get(name)
    if isinstance(sent, Mapping):
        fact = run.plan.policy.facts[name]
        return number_text(fact.type, run.facts.value(name), run.plan.policy.currency)
    if sent is not None:
        return ", ".join(map(str, sent)) if isinstance(sent, list | tuple) else str(sent)
    return None


def _deadline_value(standing: Standing, field: str, plan: Plan) -> str | None:
    if field == "counted_from":
        return standing.start_fact
    if field == "last_moment" and standing.last_moment is not None:
        return instant_text(standing.last_moment, plan.policy.time_zone)
    value = standing.last_day if field == "last_moment" else getattr(standing, field)
    if value is None:
        return "no limit" if field == "last_day" else None
    return day_text(value) if field != "days_left" else str(value)


def deadlines_of(run: Run, draft: Draft) -> tuple[Deadline, ...]:
    """Every deadline with a row, for the record."""
    return tuple(
        _deadline(part, row, standing, run.plan)
        for part, (row, standing) in draft.standings.items()
        if row is not None and standing is not None
    )


def _deadline(part: str, row: RowPlan[Clock], standing: Standing, plan: Plan) -> Deadline:
    clock, zone = standing.clock, plan.policy.time_zone
    counted = standing.start_fact
    if counted is None and clock.start is not None and clock.start.pick is Pick.ONLY:
        counted = clock.start.dates[0].fact
    return Deadline(
        name=part,
        row=row.row.id,
        state=standing.state,
        event=clock.event,
        event_on=_day(standing.event_day if standing.event_known else None),
        counted_from=counted,
        counted_from_day=_day(standing.start_day),
        length=str(clock.within) if clock.within else None,
        counting=("start_day_is_first" if clock.start_day_is_first else "next_day")
        if clock.within
        else None,
        first_day=_day(standing.first_day),
        last_day=_day(standing.last_day),
        last_moment=instant_text(standing.last_moment, zone)
        if standing.last_moment is not None
        else None,
        days_left=standing.days_left,
        days_since_open=standing.days_since_open,
        days_allowed=standing.days_allowed,
        by=clock.by,
        note=standing.note,
    )


def _day(day: int | None) -> str | None:
    return day_text(day) if day is not None else None
