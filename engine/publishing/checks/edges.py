"""Finds off-by-one errors: neighbouring rows that share one value, or leave one out.

Such a value is rarely intended: `at_most: 30` beside `at_least: 30` has two rows for day 30,
`under` beside `over` has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from engine.decision.rules.row_rules import alternatives
from engine.meaning.asking import Answer
from engine.policy.conditions import joined, leaves
from engine.policy.faults import Fault, Level
from engine.policy.model import Leaf, Op, Row
from engine.policy.vocabulary import FactType
from engine.publishing.checks.context import AnyRow, AnyTable, CheckContext, facts_of
from engine.publishing.checks.search.sampler import Tried

_SHARED: Final = ("first", "add_up")
"""Tie rules under which it matters that two rows hold."""
_LOWEST: Final = {Op.OVER: 1, Op.AT_LEAST: 0}
_HIGHEST: Final = {Op.UNDER: -1, Op.AT_MOST: 0}
"""How far the last value that passes is from the value that is written."""
_FAR: Final = 2**62


class _Range(NamedTuple):
    """The values of one fact that a row takes; `tests` are its tests of other facts."""

    row: AnyRow
    fact: str
    first: int
    last: int
    tests: tuple[Leaf, ...]


class _Edge(NamedTuple):
    """Two rows that differ only in their values of one fact, one after the other."""

    low: _Range
    high: _Range

    @property
    def fact(self) -> str:
        """The fact in which the rows differ."""
        return self.low.fact

    @property
    def names(self) -> str:
        """The two rows in words."""
        return f"`{self.low.row.row.id}` and `{self.high.row.row.id}`"

    @property
    def between(self) -> int:
        """How many values lie between the rows; below zero if they share one."""
        return self.high.first - self.low.last - 1


def edge_findings(table: AnyTable, survey: CheckContext) -> Iterator[Fault]:
    """Reports a warning for each value that two neighbouring ranges share or leave out."""
    for edge in _edges(table, survey):
        if edge.between < 0 and table.table.decide in _SHARED:
            yield from _shared(table, edge, survey)
        elif edge.between >= 0 and _is_hole(edge, survey):
            yield from _left_out(table, edge, survey)


def _edges(table: AnyTable, survey: CheckContext) -> Iterator[_Edge]:
    """Pairs each range with those that begin next, at its end or after it."""
    groups: dict[object, list[_Range]] = {}
    for row in table.rows:
        for each in () if row.row.built_in else _ranges(row):
            if survey.compiled.slots.fact(each.fact).type is FactType.WORD:
                continue  # the words of an ordered list are told apart by their names
            alike = frozenset((leaf.fact, leaf.op, leaf.words, leaf.number) for leaf in each.tests)
            groups.setdefault((each.fact, alike), []).append(each)
    for ranges in groups.values():
        wide = [each for each in ranges if each.first < each.last]
        for low in wide:
            nearest = min((one.first for one in wide if one.first >= low.last), default=None)
            yield from (_Edge(low, high) for high in wide if high.first == nearest)


def _ranges(row: AnyRow) -> Iterator[_Range]:
    """Yields the range of each fact that is tested by size in a row that is one conjunction."""
    every = alternatives(row.row.when) or []
    tests = every[0] if len(every) == 1 else ()
    for fact in dict.fromkeys(leaf.fact for leaf in tests):
        own = [leaf for leaf in tests if leaf.fact == fact]
        if all(leaf.op in _LOWEST or leaf.op in _HIGHEST for leaf in own):
            lows = [leaf.number + _LOWEST[leaf.op] for leaf in own if leaf.op in _LOWEST]
            highs = [leaf.number + _HIGHEST[leaf.op] for leaf in own if leaf.op in _HIGHEST]
            others = tuple(leaf for leaf in tests if leaf.fact != fact)
            yield _Range(row, fact, max(lows, default=-_FAR), min(highs, default=_FAR), others)


def _is_hole(edge: _Edge, survey: CheckContext) -> bool:
    """Returns whether one value is left between two ranges, or days between two `effective`."""
    return edge.between == 1 or (
        edge.between > 1
        and edge.fact == survey.policy.applies_by
        and all(_dated(each) for each in edge)
    )


def _dated(one: _Range) -> bool:
    own = [leaf for leaf in leaves(one.row.row.when) if leaf.fact == one.fact]
    return any(leaf.written.endswith(" day") for leaf in own)


def _shared(table: AnyTable, edge: _Edge, survey: CheckContext) -> Iterator[Fault]:
    """Reports the value for which both rows hold."""
    rows = (edge.low.row, edge.high.row)

    def both(tried: Tried) -> bool:
        return all(tried.evaluation.true & row.asked.mask for row in rows)

    value = survey.value(edge.fact, edge.low.last)
    says = f"{edge.names} both hold for `{edge.fact}` {value}, where one ends and the other begins."
    where = survey.asked.where(table.table.topic, [row.row for row in rows])
    return _finding(table, edge, survey.asked.whether(where, both), says, survey)


def _left_out(table: AnyTable, edge: _Edge, survey: CheckContext) -> Iterator[Fault]:
    """Reports the value that only a row for all other cases takes, by a return for which no row
    before the two holds, if there is one."""
    hole, asked = _at(edge, edge.low.last + 1), survey.asked
    others = [row for row in table.rows if edge.fact in facts_of(row.row)]
    if not all(asked.never(asked.where(table.table.topic, [hole, row.row])) for row in others):
        return iter(())

    def nobody(tried: Tried) -> bool:
        held = tried.evaluation.true | tried.evaluation.maybe
        return not any(held & row.asked.mask for row in others)

    value = survey.value(edge.fact, edge.low.last + 1)
    if edge.between > 1:
        value = f"{value} to {survey.value(edge.fact, edge.high.first - 1)}"
    says = f"Between {edge.names} `{edge.fact}` {value} is left out."
    before = asked.none_of(row.row for row in table.rows[: table.rows.index(edge.low.row)])[-1]
    alone, anyhow = (asked.where(table.table.topic, [hole], *each) for each in ([before], []))
    answer = asked.preferably(alone, anyhow, nobody)
    return _finding(table, edge, answer, says, survey)


def _at(edge: _Edge, value: int) -> Row:
    """Returns the lower row as if it took one value instead of its range."""
    row = edge.low.row.row
    bounds = [
        Leaf(fact=edge.fact, op=op, number=value, written="", source=row.source)
        for op in (Op.AT_LEAST, Op.AT_MOST)
    ]
    return replace(row, when=joined([*edge.low.tests, *bounds]))


def _finding(
    table: AnyTable, edge: _Edge, answer: Answer[Tried], says: str, survey: CheckContext
) -> Iterator[Fault]:
    """Yields a warning, with a return that shows it if one was found; none if there can be none."""
    low, high = edge.low.row.row, edge.high.row.row

    def example(tried: Tried) -> str:
        won = survey.winner(table, tried)
        who = f"`{won.row.id}` decides" if won else "no row decides"
        return f"{says} For {survey.said(tried.given, facts_of(low, high))}, {who}."

    return survey.of_answer(
        answer, example, says, code="edge", source=high.source, level=Level.WARNING
    )
