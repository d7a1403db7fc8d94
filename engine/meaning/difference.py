"""Finds where two lists of expressions differ, by descending both to the point where they diverge.

There it splits on a variable (a fact, or a difference of two dates), substitutes each of its cells
in both, and stops when the rest is the same expression. The regions cover every difference; a
witness must show whether a region holds a return, because variables may depend on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.meaning.graph import Graph, Node
from engine.meaning.regions import Domain, Key, Merging, Region
from engine.meaning.spans import union
from engine.meaning.variables import cells_of, put


class TooMuch(Exception):
    """The budget was spent before every case was examined."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much work one field may take: the same for the same policies, on any machine.

    `regions` is for one part of the expressions; `joined` counts the regions that are merged, over
    all parts. `past` tells whether the time is over; with it, the result depends on the machine.
    """

    cases: int = 8_000
    nodes: int = 250_000
    regions: int = 8_000
    joined: int = 1_000_000
    past: Callable[[], bool] = _never


Found = list[Key]
List = tuple[Node, ...]


class Differences:
    """Finds differences between expressions of one graph; caches substitutions."""

    def __init__(self, graph: Graph, domain: Callable[[Node], Domain]) -> None:
        self._graph = graph
        self._domain = domain
        self._put: dict[tuple[Node, int], dict[Node, Node]] = {}
        self._known: dict[tuple[List, List], Found] = {}
        self._budget = Budget()
        self._merging = Merging(domain, self._count)
        self._last = self._cases = self._most = self._joined = 0

    def between(
        self, one: Sequence[Node], other: Sequence[Node], budget: Budget
    ) -> tuple[Region, ...]:
        """Returns the regions in which the last elements of two lists differ, but no earlier ones.

        Raises `TooMuch` if the budget is spent.
        """
        self._budget, self._known = budget, {}
        self._merging = Merging(self._domain, self._count)
        self._last, self._cases, self._joined = len(one) - 1, 0, 0
        self._most = len(self._graph) + budget.nodes
        return tuple(self._merging.regions(self._regions(tuple(one), tuple(other))))

    def _regions(self, one: List, other: List) -> Found:
        at = next((i for i, (x, y) in enumerate(zip(one, other, strict=True)) if x is not y), None)
        if at is None or (one[at].constant and other[at].constant):
            return [(0, one[at], other[at])] if at == self._last else []
        one, other = self._lessened(one, other, at)
        if one[at] is other[at]:
            return []
        key = (one, other)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._split(one, other, at)
            if len(found) > self._budget.regions:
                raise TooMuch
        return found

    def _lessened(self, one: List, other: List, at: int) -> tuple[List, List]:
        """Drops the elements that are equal already, and what both add to the one that differs."""
        if at and at == self._last and not (one[at].constant or other[at].constant):
            pair = core(self._graph, one[at], other[at], exact=False)
        else:
            pair = (one[at], other[at])
        head, tail_one, tail_other = (self._graph.zero,) * at, one[at + 1 :], other[at + 1 :]
        return (*head, pair[0], *tail_one), (*head, pair[1], *tail_other)

    def _split(self, one: List, other: List, at: int) -> Found:
        self._cases += 1
        spent = self._cases > self._budget.cases or len(self._graph) > self._most
        if spent or self._budget.past():
            raise TooMuch
        variable = self._variable(one[at], other[at])
        if variable is None:
            return [(0, one[at], other[at])] if at == self._last else []
        self._merging.meet(variable)
        pairs: dict[tuple[List, List], list[tuple[int, int]]] = {}
        for cell, number in cells_of(variable, (*one, *other), self._domain(variable)):
            pair = (self._with(one, variable, number), self._with(other, variable, number))
            pairs.setdefault(pair, []).extend(cell)
        ways = [(union(cells), self._regions(*pair)) for pair, cells in pairs.items()]
        return self._merging.joined(variable, ways)

    def _count(self, regions: int) -> None:
        self._joined += regions
        if self._joined > self._budget.joined or self._budget.past():
            raise TooMuch

    # --- partial evaluation -----------------------------------------------------------------------

    def _with(self, roots: List, variable: Node, number: int) -> List:
        known = self._put.setdefault((variable, number), {})
        return tuple([put(self._graph, root, (variable, number), known) for root in roots])

    # --- where to split ---------------------------------------------------------------------------

    def _variable(self, one: Node, other: Node) -> Node | None:
        """Returns the variable to split on: the first where both diverge, or of a choice above."""
        gate: Node | None = None
        while one.variables | other.variables:
            if one.op in ("and", "or") and one.op == other.op:
                return self._of_joined(one, other)
            below = _below(one, other)
            if below is None:
                break
            if one.op == "if" and below[0] is not one.args[0] and one.args[0].variables:
                gate = one.args[0]
            one, other = below
        else:
            return self._first(gate.variables) if gate is not None else None
        if gate is not None and not one.truth:
            return self._first(gate.variables)
        return self._first(one.variables | other.variables)

    def _of_joined(self, one: Node, other: Node) -> Node | None:
        mine, others = set(one.args), set(other.args)
        both = (*one.args, *other.args)
        unlike = next((each for each in both if (each in mine) != (each in others)), None)
        own = self._first(unlike.variables) if unlike is not None else None
        return own or self._first(one.variables | other.variables)

    def _first(self, variables: Iterable[Node]) -> Node | None:
        ranked = [(self._domain(each).rank, each.id, each) for each in variables]
        return min(ranked)[2] if ranked else None


def core(graph: Graph, one: Node, other: Node, *, exact: bool) -> tuple[Node, Node]:
    """Returns parts of two numbers that differ wherever the numbers do.

    If `exact`, they differ for the same returns; else possibly for more.
    """
    joins = ("add", "sub") if exact else ("add", "sub", "max", "min")
    while one is not other and one.op == other.op:
        if one.op == "if" and one.args[0] is other.args[0]:
            return _core_of_choice(graph, one, other, exact)
        if one.op not in joins:
            break
        same = [at for at in (0, 1) if one.args[at] is other.args[at]]
        if not same:
            break
        one, other = one.args[1 - same[0]], other.args[1 - same[0]]
    return one, other


def _core_of_choice(graph: Graph, one: Node, other: Node, exact: bool) -> tuple[Node, Node]:
    when, zero = one.args[0], graph.zero
    for side in (1, 2):
        if one.args[3 - side] is other.args[3 - side]:
            mine, others = core(graph, one.args[side], other.args[side], exact=exact)
            ways = [(mine, zero), (others, zero)] if side == 1 else [(zero, mine), (zero, others)]
            first, second = (graph.choice(when, *way) for way in ways)
            return first, second
    return one, other


def _below(one: Node, other: Node) -> tuple[Node, Node] | None:
    """Returns the first differing parts of two like expressions; None if they diverge here."""
    if one.op != other.op or len(one.parts) != len(other.parts) or one.op in ("le", "in"):
        return None
    pairs = zip(one.parts, other.parts, strict=True)
    return next(((x, y) for x, y in pairs if x is not y), None)
