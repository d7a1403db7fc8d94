"""Which rows of a table count, as conditions: the first that holds, or every one."""

from __future__ import annotations

from collections.abc import Callable

from engine.meaning.graph import Node
from engine.meaning.lowering.line import Line
from engine.policy.model import Row, Table

Taken = list[tuple[Row, Node]]
"""Rows in order, each with the condition under which it is taken."""


def first(line: Line, table: Table, where: Node) -> Taken:
    """The first row that holds; in doubt where one before it could hold."""
    graph = line.graph
    open_, found = graph.true, []
    for row in table.rows:
        true, maybe = line.holds(row.when)
        line.doubt(graph.all(where, open_, maybe, graph.no(true)))
        found.append((row, graph.all(open_, true)))
        open_ = graph.all(open_, graph.no(true))
    return found


def every(line: Line, table: Table, where: Node) -> Taken:
    """All rows that hold; in doubt where another could."""
    found = []
    for row in table.rows:
        true, maybe = line.holds(row.when)
        line.doubt(line.graph.all(where, maybe, line.graph.no(true)))
        found.append((row, true))
    return found


def words_of(line: Line, taken: Taken, read: Callable[[Row], object]) -> Node:
    """The word that the row sets which is taken."""
    found = line.word(None)
    for row, when in reversed(taken):
        found = line.graph.choice(when, line.word(read(row)), found)
    return found


def any_of(line: Line, taken: Taken) -> Node:
    """Whether a row is taken at all."""
    return line.graph.any(*[when for _, when in taken])
