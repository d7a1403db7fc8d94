"""Finds the variables that the tests of an expression read, and substitutes numbers for them.

A variable is a fact, a sum or a difference that is compared with numbers, or whether a fact is
absent or was not sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.meaning.graph import Graph, Node
from engine.meaning.regions import FAR, Domain
from engine.meaning.spans import Span


def is_test_of(variable: Node, node: Node) -> bool:
    """Whether an expression is a test of a variable, and nothing more."""
    return node is variable or (node.op in ("le", "in") and node.args[0] is variable)


def tests_of(variable: Node, roots: Iterable[Node]) -> list[Node]:
    """Returns the tests of a variable within some expressions."""
    found: list[Node] = []
    waiting = [root for root in roots if variable in root.variables]
    seen = set(waiting)
    for node in waiting:
        if is_test_of(variable, node):
            found.append(node)
        below = [each for each in node.parts if each not in seen and variable in each.variables]
        seen.update(below)
        waiting += below
    return found


def passes(test: Node, number: int) -> bool:
    """Whether a number of the variable passes its test."""
    if test.op in ("le", "in"):
        return number <= test.args[1].value if test.op == "le" else number in test.args[1]
    return bool(number)


def put(graph: Graph, root: Node, value: tuple[Node, int], known: dict[Node, Node]) -> Node:
    """Returns the expression with each test of a variable decided for a number.

    `known` holds nodes that are replaced already; it is used, and extended.
    """
    variable, number = value
    if variable not in root.variables:
        return root
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node in known:
            continue
        if is_test_of(variable, node):
            known[node] = graph.truth(passes(node, number))
            continue
        missing = [p for p in node.parts if variable in p.variables and p not in known]
        if missing:
            waiting.append(node)
            waiting += missing
        else:
            known[node] = graph.again(node, [known.get(each, each) for each in node.args])
    return known[root]


def narrowed(graph: Graph, root: Node, variable: Node, cells: Span) -> Node:
    """Returns the expression with each test decided that has one result for all of `cells`."""
    known: dict[Node, Node] = {}
    for test in tests_of(variable, [root]):
        known[test] = test
        passing = {passes(test, end) for cell in cells for end in cell}
        if len(passing) == 1 and (test.op != "in" or not _some_within(test.args[1], cells)):
            known[test] = graph.truth(passing.pop())
    return put(graph, root, (variable, 0), known) if known else root


def _some_within(numbers: Iterable[int], cells: Span) -> bool:
    """Whether one of the numbers lies in a cell of several numbers."""
    return any(low <= n <= high and low < high for n in numbers for low, high in cells)


def inside(graph: Graph, node: Node, cells: Span, low: int = -FAR, high: int = FAR) -> Node:
    """Returns the condition that a number lies in a span; `low` and `high` bound it anyway."""
    spans = []
    for first, last in cells:
        above = graph.true if first <= low else graph.le(graph.const(first), node)
        below = graph.true if last >= high else graph.le(node, graph.const(last))
        spans.append(graph.all(above, below))
    return graph.any(*spans)


def cells_of(variable: Node, roots: Iterable[Node], domain: Domain) -> list[tuple[Span, int]]:
    """Returns the spans within which no test of the variable changes, each with a number of it."""
    if variable.truth:
        return [(((each, each),), each) for each in domain.numbers or (0, 1)]
    tests = tests_of(variable, roots)
    if domain.numbers is not None:
        return _alike(domain.numbers, tests)
    edges: set[int] = set()
    for test in tests:
        if test.op == "le":
            edges.add(test.args[1].value)
        else:
            edges |= {each for number in test.args[1] for each in (number - 1, number)}
    cuts = sorted(edge for edge in edges if domain.low <= edge < domain.high)
    lows = [domain.low, *[cut + 1 for cut in cuts]]
    found = [(((low, high),), high) for low, high in zip(lows, cuts, strict=False)]
    return [*found, (((lows[-1], domain.high),), lows[-1])]


def _alike(numbers: Iterable[int], tests: Iterable[Node]) -> list[tuple[Span, int]]:
    """Groups numbers for which every test has the same result."""
    found: dict[tuple[bool, ...], list[int]] = {}
    for number in numbers:
        found.setdefault(tuple([passes(each, number) for each in tests]), []).append(number)
    return [(tuple([(each, each) for each in group]), group[0]) for group in found.values()]
