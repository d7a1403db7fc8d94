"""Explains a decision from an evaluation, which it does not change.

For each topic: the row that decided, its place, its sentences and the values it saw; the rows that
held but lost to another row; and the rows that one change would have made hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import takewhile
from operator import or_
from typing import Any, TypeVar

from msgspec.structs import replace

from engine.dates import day_text, instant_text
from engine.decision.compiled import CompiledPolicy, CompiledRow, CompiledTable
from engine.decision.encoding import ABSENT
from engine.decision.evaluation import EvaluatedLine
from engine.decision.figures.clocks import ClockReader, Standing
from engine.decision.outcome_builder import Figures, OutcomeBuilder
from engine.decision.prepared import StatedAnswer, counting_of
from engine.decision.prose import sentence_of as row_sentence
from engine.decision.record import AlsoTrue, Because, Deadline, Nearly
from engine.decision.sentences import Later, deadline_text, filled, filled_or
from engine.meaning.code import NAMES, Given, function_of
from engine.policy.model import Clock, Verdict

T = TypeVar("T")

_NAMES = NAMES | {"Because": Because}
_MOST_NEARLY = 6
_MOST_KEPT = 128
_MOST_BEATEN = 16


def explanation(
    builder: OutcomeBuilder,
    compiled: CompiledPolicy,
    chosen: Sequence[tuple[CompiledTable[Any], CompiledRow[Any]]] | None = None,
) -> Later[tuple[Because, ...]]:
    """Returns a function that lists every row that decided, or only `chosen`, in their order."""
    given = Given()
    pairs = builder.chosen if chosen is None else chosen
    each = [f"{_written(given, *pair, builder, compiled)}, " for pair in pairs]
    result = f"return ({''.join(each)})"
    return function_of("line, figures", ["v = line.facts.values", result], given, _NAMES)


def _written(
    given: Given,
    table: CompiledTable[Any],
    row: CompiledRow[Any],
    builder: OutcomeBuilder,
    compiled: CompiledPolicy,
) -> str:
    """Returns the source of an expression for the `Because` of one row.

    Its tests are looked up by the values that they saw, and so is the whole record unless its
    sentence names other values of the line.
    """
    parameter = given.parameter
    if row.always:
        return parameter(row.always)
    rule = row.row
    said = row.because or Because(*row.place, "", "", (), rule.built_in)
    slots = "".join(f"v[{test.slot}], " for test in row.tests)
    kept, saw = parameter(row.kept.get), parameter(_saw)
    seen = f"({kept}(({slots})) or {saw}({parameter(said)}, {parameter(row)}, line))"
    if row.because:
        return seen

    def text(said: str | Later[str]) -> str:
        return f"{parameter(said)}(line, figures)" if callable(said) else parameter(said)

    sentence = (
        filled(rule.because, compiled) if rule.because else _default(table, row, builder, compiled)
    )
    agent = text(filled(rule.for_agent, compiled)) if rule.for_agent else "s"
    place = ", ".join(map(parameter, row.place))
    built_in = parameter(rule.built_in)
    seen = f"{seen}.seen" if row.tests else "()"
    return f"Because({place}, (s := {text(sentence)}), {agent} or s, {seen}, {built_in})"


def also_true(builder: OutcomeBuilder) -> tuple[AlsoTrue, ...] | Later[tuple[AlsoTrue, ...]]:
    """Lists the rows that held but lost to the row that was taken, or came after it."""
    rivals = [(table, row) for table, row in builder.chosen if row.rivals]
    losing = reduce(or_, (row.rivals for _, row in rivals), 0)
    if not losing:
        return ()

    kept: dict[int, tuple[AlsoTrue, ...]] = {0: ()}

    def work_out(line: EvaluatedLine, _: Figures) -> tuple[AlsoTrue, ...]:
        true = line.true & line.sure & losing
        found = kept.get(true)
        if found is None:
            found = tuple([each for pair in rivals for each in _beaten(true, *pair)])
            if len(kept) < _MOST_BEATEN:
                kept[true] = found
        return found

    return work_out


def _beaten(true: int, table: CompiledTable[Any], row: CompiledRow[Any]) -> Iterator[AlsoTrue]:
    others = true & row.rivals
    while others:
        low = others & -others
        other = table.by_mask[low].row
        others ^= low
        yield AlsoTrue(table.name, other.id, row.row.id, other.source.line)


def nearly(builder: OutcomeBuilder, compiled: CompiledPolicy) -> Later[tuple[Nearly, ...]]:
    """Lists deadlines missed by at most 31 days, and rows that one other value would make hold."""
    places = {part: row.row.source.line for part, (row, _) in builder.standings.items() if row}
    table = compiled.eligibility
    chosen = next((row for each, row in builder.chosen if each is table), None)
    before = list(takewhile(lambda row: row is not chosen, table.rows))
    rows = [e for e in before if e.plain and not e.row.built_in and len(e.tests) > 1]

    def work_out(line: EvaluatedLine, figures: Figures) -> tuple[Nearly, ...]:
        found: list[Nearly] = []
        for part, each in figures.deadlines.items():
            left = each.days_left
            if left is not None and -31 <= left < 0:
                change = f"{each.event} {-left} day{'s' if left < -1 else ''} earlier"
                found.append(Nearly(f"deadlines.{part}", each.row, places[part], change))
        others = ~(line.true & line.sure)
        for row in rows:
            if len(found) >= _MOST_NEARLY:
                break
            if row.asked.mask & others:
                found += row.near.get(row.pick(line.facts.values)) or _nearly(row, table, line)
        return tuple(found)

    return work_out


def _nearly(
    row: CompiledRow[Verdict], table: CompiledTable[Verdict], line: EvaluatedLine
) -> tuple[Nearly, ...]:
    """Returns the row if exactly one of its tests failed; cached by the values it saw."""
    values, sent = line.facts.values, line.facts.sent
    missed = [test for test in row.tests if test.truth(values) is not True]
    found: tuple[Nearly, ...] = ()
    if len(missed) == 1:
        (test,) = missed
        change = f"{test.fact} {test.leaf.written} (now {test.shown(values, sent)})"
        found = (Nearly(table.name, row.row.id, row.row.source.line, change),)
    _keep(row.near, found, row, values)
    return found


def _saw(said: Because, row: CompiledRow[Any], line: EvaluatedLine) -> Because:
    """Returns the record of a row with the values it saw; cached by these values."""
    values, sent = line.facts.values, line.facts.sent
    seen = [test.see(values, sent, row.plain or test.truth(values)) for test in row.tests]
    found = replace(said, seen=tuple(dict.fromkeys(seen)))  # `quantity: 2` says the same twice
    _keep(row.kept, found, row, values)
    return found


def _keep(
    kept: dict[tuple[int, ...], T], found: T, row: CompiledRow[Any], values: list[int]
) -> None:
    if len(kept) < _MOST_KEPT and all(test.tells(values) for test in row.tests):
        kept[row.pick(values)] = found


def _default(
    table: CompiledTable[Any],
    row: CompiledRow[Any],
    builder: OutcomeBuilder,
    compiled: CompiledPolicy,
) -> str | Later[str]:
    for said in builder.said:
        if said.row is row.row:
            if said.sentence:
                return filled(said.sentence, compiled)
            break
    if row.body.__class__ is Clock:
        return deadline_text(table.part, "")
    return filled(row_sentence(table.part, row.row), compiled)


def sentence_of(verdict: StatedAnswer, compiled: CompiledPolicy) -> str | Later[str]:
    """Returns the sentence of a verdict: its own, that of its deadline, or that of its code."""
    policy, part = compiled.policy, verdict.deadline
    usual = policy.codes.get(verdict.code, verdict.code)
    if verdict.sentence:
        return filled_or(verdict.sentence, usual, compiled)
    if part is None:
        return usual
    return deadline_text(part, usual)


def deadlines_of(builder: OutcomeBuilder, compiled: CompiledPolicy) -> dict[str, Deadline]:
    """Returns the recorded form of each deadline that has a row, by name."""
    return {
        part: _deadline(part, row, standing, compiled.policy.time_zone)
        for part, (row, standing) in builder.standings.items()
        if row is not None and standing is not None
    }


def open_ends(builder: OutcomeBuilder) -> dict[str, str]:
    """Returns the early deadlines whose end is open, each with what it waits for."""
    return {
        f"deadlines.{part}": ", ".join(standing.clock.start.names)
        for part, (_, standing) in builder.standings.items()
        if standing is not None and standing.endless and standing.clock.start is not None
    }


def deadline_function(
    part: str, row: CompiledRow[Clock], clock: ClockReader, zone: str
) -> Callable[[list[int]], Deadline]:
    """Returns a function from the slot values of a line to the recorded form of one deadline."""
    name, (counted_from, length, counting) = row.row.id, row.prepared
    event_name, by, days = clock.clock.event, clock.clock.by, clock.days
    allowed = days.more + bool(clock.clock.start_day_is_first) if days else None

    def tell(values: list[int]) -> Deadline:
        if days is None:
            return _deadline(part, row, clock.stand(values), zone)
        event, start = values[days.event], values[days.start]
        if not event > ABSENT < start:
            return _deadline(part, row, clock.stand(values), zone)
        last = start + days.more
        return Deadline(
            part,
            name,
            "late" if event > last else "in_time",
            event_name,
            day_text(event),
            counted_from,
            day_text(start),
            length,
            counting,
            None,
            day_text(last),
            None,
            last - event,
            None,
            allowed,
            by,
        )

    return tell


def _deadline(part: str, row: CompiledRow[Clock], standing: Standing, zone: str) -> Deadline:
    clock, event, start = standing.clock, standing.event_day, standing.start_day
    first, last, moment = standing.first_day, standing.last_day, standing.last_moment
    counted_from, length, counting = row.prepared if clock is row.body else counting_of(clock)
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
