"""Rows that cannot matter: never true, always beaten, or one row more than is needed.

What is said here holds for every return: it is worked out over boxes, not tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Final

from engine.dates import day_text
from engine.decision.plan import AnyRow, AnyTable
from engine.decision.rules.stages import alternatives
from engine.policy.faults import Fault, Level
from engine.policy.model import Effective, Leaf, Row
from engine.publishing.checks.space.boxes import Box, Space, TooMuch
from engine.publishing.checks.space.rank import outweighs
from engine.publishing.checks.survey import Survey, facts_of, listed
from engine.publishing.checks.trying.bench import Tried

_FIRST: Final = ("first", "only_one")
_EVER: Final = Effective(first=1, last=None)


def row_findings(table: AnyTable, survey: Survey) -> Iterator[Fault]:
    """Every row of a table that can never decide, and neighbours that say the same."""
    space = survey.space(table)
    try:
        reach = [space.boxes(row.row.when) for row in table.rows]
        for index, row in enumerate(table.rows):
            if row.row.built_in:
                continue
            if not reach[index]:
                yield _never_true(table, row, survey)
            elif table.table.decide != "add_up":
                yield from _beaten(table, index, reach, space, survey)
        yield from _same(table, reach, space, survey)
    except TooMuch:
        yield not_proved(table, "whether every row can decide")


def not_proved(table: AnyTable, what: str) -> Fault:
    """Says that a check gave up, so that silence is never taken for proof."""
    sentence = (
        f"`{table.name}` has more cases than are worked through: {what} was not proved. "
        "Fewer tests in each row, or a table of its own for some of them, make it provable."
    )
    return Fault(
        code="not_proved", source=table.table.source, sentence=sentence, level=Level.WARNING
    )


# --- always beaten --------------------------------------------------------------------------------


def _beaten(
    table: AnyTable, index: int, reach: list[list[Box]], space: Space, survey: Survey
) -> Iterator[Fault]:
    """The row, where what is left of it beside the rows that beat it is nothing."""
    row, left, by = table.rows[index], reach[index], list[AnyRow]()
    for place, other in enumerate(table.rows):
        if place == index or not _beats(table, other, row, earlier=place < index):
            continue
        if any(space.meet(one, each) for one in left for each in reach[place]):
            left = space.minus_all(left, reach[place])
            by.append(other)
        if not left:
            boxes = {each.row.id: box for each, box in zip(table.rows, reach, strict=True)}
            yield _lost(table, row, _needed(reach[index], by, boxes, space), survey)
            return
    survey.alone[row.row.id] = left


def _needed(
    lost: list[Box], by: list[AnyRow], boxes: dict[str, list[Box]], space: Space
) -> list[AnyRow]:
    """The rows that are enough to beat one together: none of them can be left out."""
    kept = list(by)
    for row in by:
        others = [box for each in kept if each is not row for box in boxes[each.row.id]]
        if not space.minus_all(lost, others):
            kept.remove(row)
    return kept


def _beats(table: AnyTable, other: AnyRow, row: AnyRow, *, earlier: bool) -> bool:
    decide = table.table.decide
    if decide in _FIRST:
        return earlier
    return outweighs(other.body, row.body, decide, earlier=earlier)


def _lost(table: AnyTable, row: AnyRow, by: list[AnyRow], survey: Survey) -> Fault:
    holds = survey.aims.holds(row)

    def score(tried: Tried) -> int:
        return holds(tried) + (survey.winner(table, tried) is None)

    boxes = survey.space(table).boxes(row.row.when)[:4]
    tried = survey.example(score, boxes, facts_of(row.row))
    names = listed(each.row.id for each in by)
    why = "is asked before it" if table.table.decide in _FIRST else "outweighs it"
    if len(by) > 1:
        why = why.replace("is asked", "are asked").replace("outweighs", "outweigh")
    sentence = f"`{row.row.id}` never decides: wherever it holds, {names} {why}."
    found = survey.of_row("unreachable", row.row, _with(sentence, table, row, tried, survey), tried)
    # A row that closes a table already complete does no harm, and takes what may come later.
    return replace(found, level=Level.WARNING) if row.row.otherwise else found


def _with(sentence: str, table: AnyTable, row: AnyRow, tried: Tried | None, survey: Survey) -> str:
    """The sentence, with the row that decides the example."""
    if tried is None:
        return sentence
    won = survey.winner(table, tried)
    said = survey.said(tried.given, facts_of(row.row, won.row) if won else facts_of(row.row))
    return f"{sentence} For {said}, {f'`{won.row.id}`' if won else 'no row'} decides."


# --- never true -----------------------------------------------------------------------------------


def _never_true(table: AnyTable, row: AnyRow, survey: Survey) -> Fault:
    sentence = f"`{row.row.id}` never holds: {_why(table, row.row, survey)}."
    tried = _nearest(table, row, survey)
    return survey.of_row("never_true", row.row, _with(sentence, table, row, tried, survey), tried)


def _why(table: AnyTable, row: Row, survey: Survey) -> str:
    ever = replace(survey.space(table), days=_EVER)
    days, fact = survey.days, survey.policy.applies_by
    if ever.boxes(row.when):
        until = f" to {day_text(days.last)}" if days.last else " on"
        return (
            f"the policy is in force for what was {fact} from {day_text(days.first)}{until}, "
            "and the row asks for other days"
        )
    tests = (alternatives(row.when) or [()])[0]
    alone = next((leaf for leaf in tests if ever.box([leaf]) is None), None)
    if alone is not None:
        return f"`{alone.fact}` is never {alone.written}"
    for one, other in combinations(tests, 2):
        if ever.box([one, other]) is None:
            return f"`{one.fact}` {one.written} and `{other.fact}` {other.written} cannot both be"
    return "its tests contradict one another"


def _nearest(table: AnyTable, row: AnyRow, survey: Survey) -> Tried | None:
    """A return that passes as many tests of a row as can be, and is decided by another."""
    ever = survey.space(table)
    kept: list[Leaf] = []
    for leaf in (alternatives(row.row.when) or [()])[0]:
        kept += [leaf] if ever.box([*kept, leaf]) is not None else []
    box = ever.box(kept)
    meets = survey.aims.meets(*kept)

    def score(tried: Tried) -> int:
        return meets(tried) + (not table.table.optional and survey.winner(table, tried) is None)

    return survey.example(score, [box] if box is not None else [], [leaf.fact for leaf in kept])


# --- one row too many -----------------------------------------------------------------------------


def _same(table: AnyTable, reach: list[list[Box]], space: Space, survey: Survey) -> Iterator[Fault]:
    """Neighbours that can hold together and give the same: one row would do.

    Of two rows of a base nothing is said: who changes what they give cannot make one of them.
    """
    if table.table.decide != "first":
        return
    for index, (one, other) in enumerate(pairwise(table.rows)):
        if one.row.built_in or other.row.built_in or _gives(one.row) != _gives(other.row):
            continue
        if survey.policy.file not in (one.row.source.file, other.row.source.file):
            continue
        pairs = [(a, b) for a in reach[index] for b in reach[index + 1]]
        met = [box for a, b in pairs if (box := space.meet(a, b)) is not None]
        met = space.minus_all(met, [box for each in reach[:index] for box in each])
        if met:
            yield _twice(table, (one, other), met, survey)


def _twice(table: AnyTable, rows: tuple[AnyRow, AnyRow], met: list[Box], survey: Survey) -> Fault:
    one, other = (each.row for each in rows)
    holds = survey.aims.holds(*rows)

    def score(tried: Tried) -> int:
        return holds(tried) + (survey.winner(table, tried) is not rows[0])

    tried = survey.example(score, met[:4], facts_of(one, other))
    sentence = (
        f"`{one.id}` and `{other.id}` stand side by side, can hold together and give the same; "
        "one row can say both."
    )
    return Fault(
        code="same_outcome",
        source=one.source if one.source.file == survey.policy.file else other.source,
        sentence=_with(sentence, table, rows[1], tried, survey),
        level=Level.WARNING,
        example=tried.given if tried else None,
    )


def _gives(row: Row) -> tuple[object, ...]:
    said = (row.because, row.for_agent, row.clause, row.code)
    return (row.body, *said, row.locked)
