"""Lowers which rows of a table count: the first that holds, or every one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.meaning.graph import Node
from engine.meaning.lowering.line import Line
from engine.policy.model import Row, Table

Kind = TypeVar("Kind")

Taken = list[tuple[Row, Node]]
"""Rows in order, each with the condition under which it is taken."""


def body_of(row: Row, kind: type[Kind]) -> Kind:
    """Returns the body of a row, checked to be of the kind of its table."""
    assert isinstance(row.body, kind)  # noqa: S101 - a table holds rows of its topic alone
    return row.body


def first(line: Line, table: Table, where: Node) -> Taken:
    """Returns when each row is the first that holds; adds a doubt if an earlier one could hold."""
    graph = line.graph
    open_, found = graph.true, []
    for row in table.rows:
        true, maybe = line.holds(row.when)
        line.doubt(graph.all(where, open_, maybe, graph.no(true)))
        found.append((row, graph.all(open_, true)))
        open_ = graph.all(open_, graph.no(true))
    return found


def every(line: Line, table: Table, where: Node) -> Taken:
    """Returns when each row holds; adds a doubt if another one could."""
    found = []
    for row in table.rows:
        true, maybe = line.holds(row.when)
        line.doubt(line.graph.all(where, maybe, line.graph.no(true)))
        found.append((row, true))
    return found


def words_of(line: Line, taken: Taken, kind: type[Kind], read: Callable[[Kind], object]) -> Node:
    """Returns the word that the taken row sets."""
    found = line.word(None)
    for row, when in reversed(taken):
        found = line.graph.choice(when, line.word(read(body_of(row, kind))), found)
    return found
