"""Makes regions of numbers exact: where what changes in a region is a sum, the returns of it for
which the sum is the same are taken out.

Two sums differ where neither is at most the other. A greater or lesser of two in them is opened as
tests of each, and a test of one fact is solved, so that what is added to a region is mostly where
a price lies.
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
"""Regions into which one is split at most; else it is told by what changes in it."""
_OF_A_REGION: Final = Budget(cases=200, nodes=20_000, regions=100)


class Exact:
    """Regions of the expressions of one graph."""

    def __init__(
        self, graph: Graph, domain: Callable[[Node], Domain], past: Callable[[], bool]
    ) -> None:
        self._graph = graph
        self._domain = domain
        self._differences = Differences(graph, domain)
        self._budget = replace(_OF_A_REGION, past=past)

    def of(self, regions: Sequence[Region], one: Node, other: Node) -> Sequence[Region]:
        """The regions without the returns for which the two come to the same."""
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
        if paths is None:  # as far as the parts show it that differ, and whatever is added to both
            parts = self._paths(self._unlike(region.path, region.before, region.after))
            paths = tuple(
                (*each, (whole, ((1, 1),))) for each in (((),) if parts is None else parts)
            )
        for path in paths:
            made = both(region.path, path)
            if made is not None:
                yield replace(region, path=made)

    def _unlike(self, path: Path, one: Node, other: Node) -> Node:
        """The condition that two differ in a region, with greater and lesser of two opened."""
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
        """The ways in which two can differ, none if they cannot; None where these are many."""
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
    """Whether an expression is one of some constants, which a region has told apart already."""
    waiting, seen = [root], {root}
    for node in waiting:
        below = node.args[1:] if node.op == "if" else ()
        waiting += [each for each in below if each not in seen]
        seen.update(below)
        if node.op not in ("if", "const", "bool") and not node.truth:
            return False
    return True
