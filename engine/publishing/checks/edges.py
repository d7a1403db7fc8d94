"""Rows that stand next to each other and share one value, or leave out one: off by one.

Such a value is rarely meant: `at_most: 30` beside `at_least: 30` has two rows for day 30, `under`
beside `over` has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Final, NamedTuple

from engine.decision.encoding import ABSENT
from engine.decision.plan import AnyRow, AnyTable
from engine.meaning.spans import one
from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Level
from engine.policy.vocabulary import FactType
from engine.publishing.checks.space.boxes import Box, Space, TooMuch
from engine.publishing.checks.survey import Survey, facts_of

_SHARED: Final = ("first", "add_up")
"""Tie rules under which it matters that two rows hold."""
_NOT_SIZED: Final = (FactType.WORD, FactType.YES_NO, FactType.SET)


class Edge(NamedTuple):
    """The last value of one row and the first of another, of one fact; all else is the same."""

    low: AnyRow
    high: AnyRow
    fact: str
    last: int
    first: int
    box: Box


def edge_findings(table: AnyTable, survey: Survey) -> Iterator[Fault]:
    """A warning for each value that two neighbouring ranges share or leave out."""
    space = survey.space(table)
    try:
        reach = {row.row.id: space.boxes(row.row.when) for row in table.rows}
        rows = [row for row in table.rows if not row.row.built_in and len(reach[row.row.id]) == 1]
        for low, high in permutations(rows, 2):
            edge = _edge(low, high, reach, survey)
            if edge is not None and edge.last == edge.first and table.table.decide in _SHARED:
                yield _shared(table, edge, survey)
            elif edge is not None and _is_hole(edge, survey) and _nobody_in(edge, reach, space):
                yield _left_out(table, edge, survey)
    except TooMuch:
        return  # the rows of this table are told to be too many already


def _edge(low: AnyRow, high: AnyRow, reach: dict[str, list[Box]], survey: Survey) -> Edge | None:
    (one_box,), (other,) = reach[low.row.id], reach[high.row.id]
    if set(one_box) != set(other):
        return None
    differ = [key for key in one_box if one_box[key] != other[key]]
    if len(differ) != 1 or survey.plan.slots.fact(differ[0].partition("#")[0]).type in _NOT_SIZED:
        return None
    (key,) = differ
    if len(one_box[key]) != 1 or len(other[key]) != 1:
        return None
    (first_low, last), (first, last_high) = one_box[key][0], other[key][0]
    if not ABSENT < first_low < last <= first < last_high:
        return None
    return Edge(low, high, key, last, first, one_box)


def _is_hole(edge: Edge, survey: Survey) -> bool:
    """One value between two ranges, or any number of days between the `effective` of two rows."""
    between = edge.first - edge.last - 1
    dated = edge.fact == survey.policy.applies_by and all(
        any(
            leaf.written.endswith(" day") for leaf in leaves(row.row.when) if leaf.fact == edge.fact
        )
        for row in (edge.low, edge.high)
    )
    return between == 1 or (between > 1 and dated)


def _nobody_in(edge: Edge, reach: dict[str, list[Box]], space: Space) -> bool:
    """Whether no row is there for what lies between, but one for all the rest."""
    hole: Box = {**edge.box, edge.fact: one(edge.last + 1)}
    for boxes in reach.values():
        for box in boxes:
            if edge.fact in box and space.meet(box, hole) is not None:
                return False
    return True


def _shared(table: AnyTable, edge: Edge, survey: Survey) -> Fault:
    box: Box = {**edge.box, edge.fact: one(edge.last)}
    value = survey.value(edge.fact, edge.last)
    names = f"`{edge.low.row.id}` and `{edge.high.row.id}`"
    sentence = f"{names} both hold for `{edge.fact}` {value}, where one ends and the other begins."
    return _finding(table, edge, box, sentence, survey)


def _left_out(table: AnyTable, edge: Edge, survey: Survey) -> Fault:
    box: Box = {**edge.box, edge.fact: one(edge.last + 1)}
    value = survey.value(edge.fact, edge.last + 1)
    if edge.first - edge.last > 2:
        value = f"{value} to {survey.value(edge.fact, edge.first - 1)}"
    names = f"`{edge.low.row.id}` and `{edge.high.row.id}`"
    sentence = f"Between {names} `{edge.fact}` {value} is left out."
    return _finding(table, edge, box, sentence, survey)


def _finding(table: AnyTable, edge: Edge, box: Box, sentence: str, survey: Survey) -> Fault:
    tried = survey.example(survey.aims.inside(table, box), box, [edge.fact])
    if tried is not None:
        won = survey.winner(table, tried)
        who = f"`{won.row.id}` decides" if won else "no row decides"
        said = survey.said(tried.given, facts_of(edge.low.row, edge.high.row))
        sentence = f"{sentence} For {said}, {who}."
    return Fault(
        code="edge",
        source=edge.high.row.source,
        sentence=sentence,
        level=Level.WARNING,
        example=tried.given if tried else None,
    )
