"""Where two lists of expressions differ, found by going down both to where they part.

There it splits on a variable (a fact, or a difference of two dates), puts each of its cells into
both, and stops where what is left is the same expression. What it finds covers every difference;
whether a return lies in a region is for a witness to show, since variables may hang together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.meaning.graph import Graph, Node

Cells = tuple[tuple[int, int], ...]
"""Spans of numbers, both ends included."""

Path = tuple[tuple[Node, Cells], ...]
"""What holds in a region: each variable lies in one of its spans."""

FAR: Final = 10**15
"""No number of a fact that is looked at lies beyond."""


@dataclass(frozen=True, slots=True)
class Region:
    """Returns for which one expression and another are not the same."""

    path: Path
    before: Node
    after: Node


@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers that a variable can take, and how early it is split on."""

    rank: int
    low: int = -FAR
    high: int = FAR
    numbers: tuple[int, ...] | None = None


class TooMuch(Exception):
    """Not every case was looked at."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much one field may take: the same for the same policies, on any machine.

    `past` says whether nobody waits any more; what is spent then depends on the machine.
    """

    cases: int = 8_000
    nodes: int = 250_000
    regions: int = 4_000
    past: Callable[[], bool] = _never


def difference(
    graph: Graph,
    pair: tuple[Sequence[Node], Sequence[Node]],
    domain: Callable[[Node], Domain],
    budget: Budget,
) -> tuple[Region, ...]:
    """The regions in which the last of one list differs from that of the other, none before it.

    Raises `TooMuch` when the budget is spent.
    """
    search = _Search(graph, domain, budget)
    found = [Region(path, *ends) for path, ends in search.regions(*map(tuple, pair))]
    return tuple(merged(found, domain))


Found = tuple[tuple[Path, tuple[Node, Node]], ...]
List = tuple[Node, ...]


class _Search:
    def __init__(self, graph: Graph, domain: Callable[[Node], Domain], budget: Budget) -> None:
        self._graph = graph
        self._domain = domain
        self._budget = budget
        self._known: dict[tuple[List, List], Found] = {}
        self._put: dict[tuple[Node, int], dict[Node, Node]] = {}
        self._last = self._cases = 0
        self._most = len(graph) + budget.nodes

    def regions(self, one: List, other: List) -> Found:
        self._last = len(one) - 1
        return self._regions(one, other)

    def _regions(self, one: List, other: List) -> Found:
        at = next((i for i, (x, y) in enumerate(zip(one, other, strict=True)) if x is not y), None)
        if at is None or (one[at].constant and other[at].constant):
            return (((), (one[at], other[at])),) if at == self._last else ()
        one, other = self._lessened(one, other, at)
        if one[at] is other[at]:
            return ()
        key = (one, other)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._split(one, other, at)
            if len(found) > self._budget.regions:
                raise TooMuch
        return found

    def _lessened(self, one: List, other: List, at: int) -> tuple[List, List]:
        """Without what is the same already, and without what both add to what differs."""
        zero = self._graph.zero
        if at and at == self._last and not (one[at].constant or other[at].constant):
            pair = self._core(one[at], other[at])
        else:
            pair = (one[at], other[at])
        head, tail_one, tail_other = (zero,) * at, one[at + 1 :], other[at + 1 :]
        return (*head, pair[0], *tail_one), (*head, pair[1], *tail_other)

    def _split(self, one: List, other: List, at: int) -> Found:
        self._cases += 1
        spent = self._cases > self._budget.cases or len(self._graph) > self._most
        if spent or self._budget.past():
            raise TooMuch
        variable = self._variable(one[at], other[at])
        if variable is None:
            return (((), (one[at], other[at])),) if at == self._last else ()
        groups: dict[int, tuple[Found, list[tuple[int, int]]]] = {}
        pairs: dict[tuple[List, List], list[tuple[int, int]]] = {}
        for cell, number in cells_of(variable, (*one, *other), self._domain(variable)):
            pair = (self._with(one, variable, number), self._with(other, variable, number))
            pairs.setdefault(pair, []).extend(cell)
        for pair, cells in pairs.items():
            result = self._regions(*pair)
            groups.setdefault(id(result), (result, []))[1].extend(cells)
        return tuple(
            (((variable, joined(cells)), *path), ends)
            for result, cells in groups.values()
            for path, ends in result
        )

    # --- partial evaluation -----------------------------------------------------------------------

    def _with(self, roots: List, variable: Node, number: int) -> List:
        known = self._put.setdefault((variable, number), {})
        return tuple([put(self._graph, root, (variable, number), known) for root in roots])

    # --- where to split ---------------------------------------------------------------------------

    def _variable(self, one: Node, other: Node) -> Node | None:
        """Down from both to where they part: the first variable there, or of the choice above."""
        gate: Node | None = None
        while variables(one) | variables(other):
            if one.op in ("and", "or") and one.op == other.op:
                return self._of_joined(one, other)
            below = _below(one, other)
            if below is None:
                break
            if one.op == "if" and below[0] is not one.args[0] and variables(one.args[0]):
                gate = one.args[0]
            one, other = below
        else:
            return self._first(variables(gate)) if gate is not None else None
        if gate is not None and not one.truth:
            return self._first(variables(gate))
        return self._first(variables(one) | variables(other))

    def _of_joined(self, one: Node, other: Node) -> Node | None:
        mine, others = set(one.args), set(other.args)
        both = (*one.args, *other.args)
        unlike = next((each for each in both if (each in mine) != (each in others)), None)
        own = self._first(variables(unlike)) if unlike is not None else None
        return own or self._first(variables(one) | variables(other))

    def _first(self, variables: Iterable[Node]) -> Node | None:
        ranked = [(self._domain(each).rank, each.id, each) for each in variables]
        return min(ranked)[2] if ranked else None

    def _core(self, one: Node, other: Node) -> tuple[Node, Node]:
        """The parts in which two numbers differ; never fewer returns than they differ for."""
        while one is not other and one.op == other.op:
            if one.op == "if" and one.args[0] is other.args[0]:
                return self._core_of_choice(one, other)
            if one.op not in ("add", "sub", "max", "min"):
                break
            same = [at for at in (0, 1) if one.args[at] is other.args[at]]
            if not same:
                break
            one, other = one.args[1 - same[0]], other.args[1 - same[0]]
        return one, other

    def _core_of_choice(self, one: Node, other: Node) -> tuple[Node, Node]:
        when, zero = one.args[0], self._graph.zero
        for side in (1, 2):
            if one.args[3 - side] is other.args[3 - side]:
                mine, others = self._core(one.args[side], other.args[side])
                ways = [(mine, zero), (others, zero)]
                if side == 2:
                    ways = [(zero, mine), (zero, others)]
                first, second = (self._graph.choice(when, *way) for way in ways)
                return first, second
        return one, other


def _below(one: Node, other: Node) -> tuple[Node, Node] | None:
    """The first parts in which two expressions of one kind differ; None where they part here."""
    if one.op != other.op or len(one.parts) != len(other.parts) or one.op in ("le", "in"):
        return None
    pairs = zip(one.parts, other.parts, strict=True)
    return next(((x, y) for x, y in pairs if x is not y), None)


def cells_of(
    variable: Node, roots: Iterable[Node], domain: Domain
) -> list[tuple[list[tuple[int, int]], int]]:
    """The spans that no test of the variable tells apart, each group with a number in it."""
    if variable.truth:
        return [([(each, each)], each) for each in domain.numbers or (0, 1)]
    tests = {
        each
        for root in roots
        if variable in variables(root)
        for each in root.tests or ()
        if each.parts and each.args[0] is variable
    }
    if domain.numbers is not None:
        return _alike(domain.numbers, tests)
    edges: set[int] = set()
    for test in tests:
        if test.op == "le":
            edges.add(test.args[1].value)
        else:
            edges |= {each for number in test.args[1] for each in (number - 1, number)}
    cuts = sorted(edge for edge in edges if domain.low <= edge < domain.high)
    found, low = [], domain.low
    for high in (*cuts, domain.high):
        found.append(([(low, high)], low if high == domain.high else high))
        low = high + 1
    return found


def _alike(
    numbers: Iterable[int], tests: Iterable[Node]
) -> list[tuple[list[tuple[int, int]], int]]:
    """Numbers that every test answers alike, as one."""
    found: dict[tuple[bool, ...], list[int]] = {}
    asked = list(tests)
    for number in numbers:
        found.setdefault(tuple([_passes(each, number) for each in asked]), []).append(number)
    return [([(each, each) for each in group], group[0]) for group in found.values()]


def _passes(test: Node, number: int) -> bool:
    return number <= test.args[1].value if test.op == "le" else number in test.args[1]


def put(graph: Graph, root: Node, value: tuple[Node, int], known: dict[Node, Node]) -> Node:
    """The expression with each test of a variable replaced by what it is for a number."""
    variable, number = value
    if variable not in variables(root):
        return root
    waiting = [root]
    while waiting:
        node = waiting[-1]
        if node in known:
            waiting.pop()
            continue
        if node is variable:
            known[node] = graph.truth(bool(number))
        elif node.op in ("le", "in") and node.args[0] is variable:
            known[node] = graph.truth(_passes(node, number))
        else:
            missing = [p for p in node.parts if variable in p.variables and p not in known]
            if missing:
                waiting += missing
                continue
            known[node] = graph.again(node, [known.get(each, each) for each in node.args])
        waiting.pop()
    return known[root]


def variables(root: Node) -> frozenset[Node]:
    """What the tests below an expression look at; that a fact is absent is a variable too."""
    if root.tests is None:
        _learn(root)
    return root.variables


def _learn(root: Node) -> None:
    waiting = [root]
    while waiting:
        node = waiting[-1]
        missing = [each for each in node.parts if each.tests is None]
        if node.tests is None and missing:
            waiting += missing
            continue
        waiting.pop()
        if node.tests is not None:
            continue
        tests, seen = frozenset[Node](), frozenset[Node]()
        if node.op in ("absent", "unknown", "le", "in"):
            tests, seen = frozenset([node]), frozenset([node.args[0] if node.parts else node])
        node.tests = tests.union(*[each.tests or () for each in node.parts])
        node.variables = seen.union(*[each.variables for each in node.parts])


def joined(cells: Iterable[tuple[int, int]]) -> Cells:
    """Spans in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(cells):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def merged(regions: Iterable[Region], domain: Callable[[Node], Domain]) -> list[Region]:
    """Regions that differ in one variable alone as one; a variable that may be anything goes."""
    found = {_key(each): each for each in regions}
    variable_of = {variable: None for each in found.values() for variable, _ in each.path}
    before = -1
    while len(found) != before:
        before = len(found)
        for variable in variable_of:
            found = _merged_by(found.values(), variable, domain(variable))
    return list(found.values())


def _merged_by(regions: Iterable[Region], variable: Node, domain: Domain) -> dict[object, Region]:
    groups: dict[object, list[Region]] = {}
    for region in regions:
        rest = tuple(pair for pair in region.path if pair[0] is not variable)
        groups.setdefault(_key(Region(rest, region.before, region.after)), []).append(region)
    found: dict[object, Region] = {}
    for group in groups.values():
        spans = [dict(region.path).get(variable) for region in group]
        cells = None if None in spans else joined(cell for span in spans for cell in span or ())
        rest = tuple(pair for pair in group[0].path if pair[0] is not variable)
        path = rest if cells is None or _is_all(cells, domain) else (*rest, (variable, cells))
        region = Region(path, group[0].before, group[0].after)
        found[_key(region)] = region
    return found


def _key(region: Region) -> object:
    return frozenset(region.path), region.before, region.after


def _is_all(cells: Cells, domain: Domain) -> bool:
    if domain.numbers is not None:
        return all(any(low <= each <= high for low, high in cells) for each in domain.numbers)
    return cells == ((domain.low, domain.high),)
