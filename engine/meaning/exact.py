"""Makes regions exact: removes the returns of a region for which a changed sum is in fact the same.

Two sums differ if one is greater. A greater or lesser of two in them is expanded into tests of
each, and a test of one fact is solved, so that what is added to a region is mostly the range of a
price.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.meaning.difference import Budget, Differences, TooMuch, core
from engine.meaning.graph import Graph, Node
from engine.meaning.ground import SUMS
from engine.meaning.regions import Domain, Path, Region, both, merged
from engine.meaning.variables import narrowed
from engine.meaning.ways import apart

_FEW: Final = 6
"""The most regions into which one is split; with more, the difference itself is its condition."""
_OF_A_REGION: Final = Budget(cases=200, nodes=20_000, regions=100, joined=20_000)


class Exact:
    """Makes regions of one graph exact."""

    def __init__(
        self, graph: Graph, domain: Callable[[Node], Domain], past: Callable[[], bool]
    ) -> None:
        self._graph = graph
        self._domain = domain
        self._differences = Differences(graph, domain)
        self._budget = replace(_OF_A_REGION, past=past)

    def of(self, regions: Sequence[Region], one: Node, other: Node) -> Sequence[Region]:
        """Removes the returns for which both expressions are equal; raises `TooMuch`."""
        if _are_words(one) and _are_words(other):
            return regions
        found: list[Region] = []
        for each in regions:
            if self._budget.past():
                raise TooMuch
            found += self._narrowed(each, one, other)
        return merged(found, self._domain)

    def _narrowed(self, region: Region, one: Node, other: Node) -> Iterator[Region]:
        whole = self._unlike(region.path, one, other)
        paths = self._paths(whole)
        if paths is None:  # by the parts that differ alone, with the whole difference as condition
            parts = self._paths(self._unlike(region.path, region.before, region.after))
            paths = tuple(
                (*each, (whole, ((1, 1),))) for each in (((),) if parts is None else parts)
            )
        for path in paths:
            made = both(region.path, path)
            if made is not None:
                yield replace(region, path=made)

    def _unlike(self, path: Path, one: Node, other: Node) -> Node:
        """Returns the condition that two expressions differ in a region, with `max` and `min`
        expanded."""
        graph = self._graph
        for variable, cells in path:
            one, other = (narrowed(graph, n, variable, cells) for n in (one, other))
        one, other = core(graph, one, other, exact=True)
        found, before = graph.no(graph.eq(one, other)), None
        while found is not before:
            before = found
            for variable in sorted(found.variables, key=lambda each: each.id):
                if self._domain(variable).rank == SUMS and variable in found.variables:
                    found = apart(graph, found, variable)
        return found

    def _paths(self, unlike: Node) -> tuple[Path, ...] | None:
        """Returns the ways in which two can differ, empty if they cannot; None if they are many."""
        if unlike.constant:
            return ((),) if unlike.value else ()
        try:
            found = self._differences.between([unlike], [self._graph.false], self._budget)
        except TooMuch:
            if self._budget.past():
                raise
            return None
        return tuple(each.path for each in found) if len(found) <= _FEW else None


def _are_words(root: Node) -> bool:
    """Whether an expression only chooses between constants, which regions distinguish already."""
    waiting, seen = [root], {root}
    for node in waiting:
        below = node.args[1:] if node.op == "if" else ()
        waiting += [each for each in below if each not in seen]
        seen.update(below)
        if node.op not in ("if", "const", "bool") and not node.truth:
            return False
    return True
