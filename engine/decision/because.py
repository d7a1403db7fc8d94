"""The explanation: per topic the row, its place, its sentences, the values it saw; what also held
and lost; what nearly held. It reads an evaluation and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from msgspec.structs import replace

from engine.dates import day_text, instant_text
from engine.decision.draft import Draft
from engine.decision.figures.clocks import Standing
from engine.decision.plan import Plan, RowPlan, TablePlan
from engine.decision.prose import sentence_of
from engine.decision.ready import counting_of
from engine.decision.record import AlsoTrue, Because, Deadline, Nearly, Seen
from engine.decision.rules.lens import number_text
from engine.decision.run import Run
from engine.money import Money
from engine.policy.model import Clock, Verdict

_PLACEHOLDER: Final = re.compile(r"<([a-z][a-z0-9_.]*)>")
_MOST_NEARLY = 6
_MOST_KEPT = 128


def explain(run: Run, draft: Draft) -> tuple[Because, ...]:
    """Every row that decided, in the order of the topics."""
    values = run.facts.values
    return tuple(
        [
            row.always or row.kept.get(row.pick(values)) or _because(table, row, run, draft)
            for table, row in draft.chosen
        ]
    )


def also_true(run: Run, draft: Draft) -> tuple[AlsoTrue, ...]:
    """Rows that held but came after, or were beaten by, the row that was taken."""
    true = run.true & run.sure
    if not true & run.plan.losing:
        return ()
    found: list[AlsoTrue] = []
    for table, row in draft.chosen:
        others = true & row.rivals
        while others:
            low = others & -others
            other = table.by_mask[low].row
            others ^= low
            found.append(AlsoTrue(table.name, other.id, row.row.id, other.source.line))
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


def _because(table: TablePlan[Any], row: RowPlan[Any], run: Run, draft: Draft) -> Because:
    """The record of one row; what says the same whenever the same values are seen is kept."""
    said = row.because
    if said is None:
        return _filled(table, row, run, draft)
    key, found = row.pick(run.facts.values), replace(said, seen=_seen(row, run))
    if 0 not in key and len(row.kept) < _MOST_KEPT:  # 0 may be any word that has no number
        row.kept[key] = found
    return found


def _filled(table: TablePlan[Any], row: RowPlan[Any], run: Run, draft: Draft) -> Because:
    """The same of a row whose sentences hang on what was sent."""
    rule = row.row
    sentence = rule.because or _default_sentence(table, row, run, draft)
    if "<" in sentence:
        sentence = fill(sentence, run, draft)
    agent = fill(rule.for_agent, run, draft) if rule.for_agent else sentence
    seen = _seen(row, run) if row.lenses else ()
    return Because(*row.place, sentence, agent, seen, rule.built_in)


def _seen(row: RowPlan[Any], run: Run) -> tuple[Seen, ...]:
    values, sent = run.facts.values, run.facts.sent
    seen = [lens.see(values, sent, row.plain or lens.truth(values)) for lens in row.lenses]
    return tuple(dict.fromkeys(seen)) if len(seen) > 1 else tuple(seen)  # `quantity: 2` says two


def _default_sentence(table: TablePlan[Any], row: RowPlan[Any], run: Run, draft: Draft) -> str:
    for said in draft.said:
        if said.row is row.row:
            if said.sentence:
                return said.sentence
            break
    if row.body.__class__ is Clock:
        return deadline_sentence(table.part, draft, run.plan.policy.time_zone)
    return sentence_of(table.part, row.row)


def deadline_sentence(part: str, draft: Draft, zone: str) -> str:
    """A sentence that says where a deadline stands."""
    _, standing = draft.standings.get(part, (None, None))
    if standing is None:
        return ""
    state, last, moment = standing.state, standing.last_day, standing.last_moment
    end = "" if last is None else day_text(last)
    if moment is not None:
        end = instant_text(moment, zone)
    if state in ("in_time", "pending"):
        return f"In time: the last day is {end}." if end else "There is no time limit."
    if state == "late":
        return f"The last day was {end}; {standing.clock.event.replace('_', ' ')} came later."
    if state == "early" and standing.first_day is not None:
        return f"It is too early: the first day is {day_text(standing.first_day)}."
    return {
        "silent": f"Nothing was done by {end}.",
        "not_started": "The time has not begun to run.",
        "disputed": "The policy can be read in more than one way here.",
    }.get(state, "")


def fill(text: str | None, run: Run, draft: Draft) -> str:
    """A sentence with `<last_day>` and the like replaced by their values."""
    if not text or "<" not in text:
        return text or ""
    parts = [*_parts(text)]
    for place in range(1, len(parts), 2):
        parts[place] = _value_of(parts[place], run, draft) or f"<{parts[place]}>"
    return "".join(parts)


@lru_cache(maxsize=1_024)
def _parts(text: str) -> tuple[str, ...]:
    """What a text says, and every second the name of a value in it."""
    return tuple(_PLACEHOLDER.split(text))


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
    zone = run.plan.policy.time_zone
    return tuple(
        [
            _deadline(part, row, standing, zone)
            for part, (row, standing) in draft.standings.items()
            if row is not None and standing is not None
        ]
    )


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
