"""The ways in which a condition can come true, one after another, until none is left.

Each is a path as a difference has it. What one of a condition's parts demands alone goes first, so
that the first way is soon there, and a condition that cannot be is soon seen through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from engine.meaning.difference import (
    Budget,
    Cells,
    Domain,
    Path,
    TooMuch,
    cells_of,
    joined,
    put,
    variables,
)
from engine.meaning.graph import Graph, Node

_OTHER: Final = {"min": "max", "max": "min"}
_FIRST: Final = 8
"""Parts of a condition that are looked at for where to split it."""


class Ways:
    """Of the conditions of one graph; what was found never to hold is not looked at again."""

    def __init__(self, graph: Graph, domain: Callable[[Node], Domain], budget: Budget) -> None:
        self._graph = graph
        self._domain = domain
        self._budget = budget
        self._never: set[Node] = {graph.false}
        self._put: dict[tuple[Node, int], dict[Node, Node]] = {}
        self._left = 0

    def of(self, condition: Node) -> Iterator[Path]:
        """Every way; raises `TooMuch` when the budget is spent before the last."""
        self._left = self._budget.cases
        return self._of(condition, ())

    def _of(self, node: Node, path: Path) -> Iterator[Path]:
        if node in self._never:
            return
        if node.constant:
            yield path
            return
        variable, within = self._next(node)
        apart = _apart(self._graph, node, variable)
        if apart is not node:
            yield from self._of(apart, path)
            return
        found = False
        for rest, cells in self._parts(node, variable, within):
            for way in self._of(rest, (*path, (variable, cells))):
                found = True
                yield way
        if not found:
            self._never.add(node)

    def _parts(self, node: Node, variable: Node, within: list[Node]) -> list[tuple[Node, Cells]]:
        """What is left for each span of a variable that the tests of it alone let pass."""
        groups: dict[Node, list[tuple[int, int]]] = {}
        for cells, number in cells_of(variable, (node,), self._domain(variable)):
            if all(self._with(test, variable, number) is self._graph.true for test in within):
                rest = self._with(node, variable, number)
                if rest not in self._never:
                    groups.setdefault(rest, []).extend(cells)
        ordered = sorted(groups.items(), key=lambda pair: not pair[0].constant)
        return [(rest, joined(cells)) for rest, cells in ordered]

    def _with(self, node: Node, variable: Node, number: int) -> Node:
        self._left -= 1
        if self._left < 0 or self._budget.past():
            raise TooMuch
        return put(
            self._graph, node, (variable, number), self._put.setdefault((variable, number), {})
        )

    def _next(self, node: Node) -> tuple[Node, list[Node]]:
        """The variable to split on, and the parts of a conjunction that hang on it alone."""
        alone: dict[Node, list[Node]] = {}
        for part in node.parts if node.op == "and" else ():
            below = variables(part)
            if len(below) == 1:
                alone.setdefault(next(iter(below)), []).append(part)
        if alone:
            return min(alone.items(), key=lambda pair: self._rank(pair[0]))
        while node.op in ("and", "or"):
            node = min(node.parts[:_FIRST], key=lambda each: len(variables(each)))
        return min(variables(node), key=self._rank), []

    def _rank(self, variable: Node) -> tuple[int, int]:
        return self._domain(variable).rank, variable.id


# --- the lesser and the greater of two ------------------------------------------------------------


def _apart(graph: Graph, node: Node, variable: Node) -> Node:
    """The condition with tests of a lesser, or greater, of two as tests of each of them."""
    found = _either(graph, variable)
    if found is None:
        return node
    join = graph.any if found[0] == "min" else graph.all
    tests = [each for each in node.tests or () if each.op == "le" and each.args[0] is variable]
    known = {test: join(*[graph.le(each, test.args[1]) for each in found[1]]) for test in tests}
    return put(graph, node, (variable, 0), known) if tests else node


def _either(graph: Graph, node: Node) -> tuple[str, list[Node]] | None:
    """The two of which a sum, a difference or a share is the lesser (`min`) or the greater."""
    if node.op in ("min", "max"):
        return node.op, list(node.parts)
    places = {"add": (0, 1), "sub": (0, 1), "step": (1,)}.get(node.op, ())
    if node.op == "step" and not hasattr(node.args[0], "millionths"):
        return None
    for at in places:
        found = _either(graph, node.args[at])
        if found is not None:
            made = [graph.again(node, _with(node.args, at, each)) for each in found[1]]
            turned = node.op == "sub" and at == 1
            return (_OTHER[found[0]] if turned else found[0]), made
    return None


def _with(args: tuple[Any, ...], at: int, put_in: Node) -> tuple[Any, ...]:
    return (*args[:at], put_in, *args[at + 1 :])
