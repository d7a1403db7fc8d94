"""Enumerates the ways in which a condition can become true, until none is left.

Each way is a path, as in a difference. What a part of the condition demands of a single variable is
substituted in all other parts, which finds contradictions early; only the rest is split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, product
from operator import attrgetter
from typing import Any, Final

from engine.meaning.difference import Budget, TooMuch
from engine.meaning.graph import Graph, Node
from engine.meaning.ground import SUMS
from engine.meaning.regions import Domain, Path
from engine.meaning.spans import Span, common, one, union, without
from engine.meaning.variables import cells_of, put, tests_of

Spans = dict[Node, Span]
"""The numbers left for each variable of which something was demanded."""

MOST_NESTED: Final = 50
"""The most times that parts without a common variable are taken apart within one another."""
_IN_ORDER: Final = attrgetter("id")
"""Sorts nodes in the same order in every run."""
_OTHER: Final = {"min": "max", "max": "min"}

Case = tuple[list[Node] | None, Spans]
"""The parts of a condition that are left once some demands are met; None if they contradict."""

Above = tuple[()] | tuple[Node, int, "Above"]
"""The expressions around an expression, innermost first, each with its argument index."""


class Ways:
    """Enumerates the ways of conditions of one graph; caches what it works out.

    Each condition may use the `cases` of the budget, all together its `nodes`.
    """

    def __init__(self, graph: Graph, domain: Callable[[Node], Domain], budget: Budget) -> None:
        self._graph = graph
        self._domain = domain
        self._budget = budget
        self._all: dict[Node, Span] = {}
        self._alone: dict[Node, Span] = {}
        self._put: dict[tuple[Node, Span], dict[Node, Node]] = {}
        self._begun: dict[Node, tuple[list[Node] | None, Spans]] = {}
        self._firsts: dict[object, Spans | None] = {}
        """The first way of connected parts, by the parts and earlier demands."""
        self._left, self._in_all = 0, budget.nodes

    def of(self, condition: Node) -> Iterator[Path]:
        """Yields every way; raises `TooMuch` if the budget is spent before the last."""
        self._left = self._budget.cases
        if condition not in self._begun:
            spans: Spans = {}
            self._begun[condition] = self._narrowed([condition], spans), spans
        left, spans = self._begun[condition]
        return (tuple(found.items()) for found in self._from(left, spans))

    def _from(self, left: list[Node] | None, spans: Spans, depth: int = 0) -> Iterator[Spans]:
        return self._below(iter([(left, spans)]), depth)

    def _below(self, cases: Iterator[Case], depth: int) -> Iterator[Spans]:
        """Yields the ways of some cases, each before the next; a split has any number of levels."""
        waiting = [cases]
        while waiting:
            left, spans = next(waiting[-1], (None, None))
            if spans is None:
                waiting.pop()
            elif left is not None:
                parts = _components(left)
                if len(parts) == 1:
                    waiting.append(self._split(left, spans))
                else:
                    yield from self._product(parts, spans, depth + 1)

    def _product(self, apart: list[list[Node]], spans: Spans, depth: int) -> Iterator[Spans]:
        """Yields the ways of parts that share no variable, each of one with each of the others."""
        if depth > MOST_NESTED:
            raise TooMuch
        ways = [self._component(each, spans, depth) for each in apart]
        firsts = [first for first, _ in ways if first is not None]
        if len(firsts) < len(ways):
            return
        if (made := _merged(spans, firsts)) is not None:
            yield made
        pools = [[first, *others] for first, (_, others) in zip(firsts, ways, strict=True)]
        for chosen in islice(product(*pools), 1, None):
            if (made := _merged(spans, chosen)) is not None:
                yield made

    def _component(
        self, parts: list[Node], spans: Spans, depth: int
    ) -> tuple[Spans | None, Iterator[Spans]]:
        """Returns the first way of connected parts, which is cached, and the others."""
        below = {v: spans[v] for part in parts for v in part.variables if v in spans}
        key = (frozenset(parts), frozenset(below.items()))
        if key not in self._firsts:
            self._firsts[key] = next(self._below(self._split(parts, below), depth), None)
        return self._firsts[key], islice(self._below(self._split(parts, below), depth), 1, None)

    def _split(self, left: list[Node], spans: Spans) -> Iterator[Case]:
        """Yields the cases of connected parts; splits on a variable of the part with the fewest.

        Of alike variables the one made last comes first, which stands outermost in a chain of rows.
        Cases in which a fact (such as a time of day) was not sent come before the others.
        """
        part = min(left, key=lambda each: len(each.variables))
        variable = min(part.variables, key=lambda each: (self._domain(each).rank, -each.id))
        touched = [each for each in left if variable in each.variables]
        others = [each for each in left if variable not in each.variables]
        now = spans.get(variable, self._whole(variable))
        every = cells_of(variable, left, self._domain(variable))
        for cells, _ in every[::-1] if variable.op == "unknown" else every:
            within = common(now, union(cells))
            if within:
                self._spend(len(left))
                narrower = {**spans, variable: within}
                yield self._narrowed(touched, narrower, list(others)), narrower

    # --- demands on a single variable -------------------------------------------------------------

    def _narrowed(
        self, waiting: list[Node], spans: Spans, left: list[Node] | None = None
    ) -> list[Node] | None:
        """Substitutes all demands and returns the parts left; None if they contradict.

        Those in `left` hold no variable of which more is demanded than was substituted in them.
        """
        left = left or []
        while waiting:
            self._spend(1)
            fresh: list[Node] = []
            for part in self._flat(waiting, spans):
                if len(part.variables) > 1:
                    left.append(part)
                elif not self._demanded(part, spans, fresh):
                    return None
            waiting = [part for part in left if not part.variables.isdisjoint(fresh)]
            left = [part for part in left if part.variables.isdisjoint(fresh)]
        return left

    def _demanded(self, part: Node, spans: Spans, fresh: list[Node]) -> bool:
        """Narrows a variable to what passes a part, and adds it to `fresh`; False if nothing is
        left."""
        if part.constant:
            return part is self._graph.true
        (variable,) = part.variables
        now = spans.get(variable, self._whole(variable))
        spans[variable] = common(now, self._span(part, variable))
        if spans[variable] != now and variable not in fresh:
            fresh.append(variable)
        return bool(spans[variable])

    def _flat(self, parts: list[Node], spans: Spans) -> Iterator[Node]:
        """Yields the parts of conjunctions, with all demands so far substituted."""
        waiting = parts[::-1]
        while waiting:
            part = waiting.pop()
            below = part.variables
            if part.op == "and" and len(below) > 1:
                waiting += part.parts[::-1]
                continue
            made = part
            known = below & spans.keys() if len(below) > 1 else ()
            for variable in sorted(known, key=_truths_first):
                if len(made.variables) > 1:
                    made = self._with(made, variable, spans[variable])
            for variable in made.variables:
                if self._domain(variable).rank == SUMS:
                    made = apart(self._graph, made, variable)
            if made is part:
                yield part
            else:
                waiting.append(made)

    def _with(self, node: Node, variable: Node, span: Span) -> Node:
        """Returns the node with each test of a variable decided that its span decides."""
        known = self._put.setdefault((variable, span), {})
        if node not in known and variable in node.variables:
            tests = tests_of(variable, [node])
            self._spend(len(tests))
            for test in tests:
                passing = common(span, self._span(test, variable))
                decided = not passing or passing == span
                known[test] = self._graph.truth(bool(passing)) if decided else test
        return put(self._graph, node, (variable, 0), known)

    def _span(self, node: Node, variable: Node) -> Span:
        """Returns the numbers for which a condition holds that has only this variable."""
        found = self._alone.get(node)
        if found is not None:
            return found
        whole = self._whole(variable)
        if node.op == "bool":
            return whole if node.value else ()
        if node is variable:
            span = one(1)
        elif node.op == "not":
            span = without(whole, self._span(node.parts[0], variable))
        elif node.op == "le":
            span = common(whole, ((whole[0][0], node.args[1].value),)) if whole else ()
        elif node.op == "in":
            span = common(whole, union((number, number) for number in node.args[1]))
        else:
            each = [self._span(part, variable) for part in node.parts]
            span = union(*each)
            for other in each if node.op == "and" else ():
                span = common(span, other)
        self._alone[node] = span
        return span

    def _whole(self, variable: Node) -> Span:
        found = self._all.get(variable)
        if found is None:
            found = self._all[variable] = self._domain(variable).whole
        return found

    def _spend(self, cases: int) -> None:
        self._left -= cases
        self._in_all -= cases
        if self._left < 0 or self._in_all < 0 or self._budget.past():
            raise TooMuch


def _truths_first(variable: Node) -> tuple[bool, int]:
    return not variable.truth, variable.id


def _components(parts: list[Node]) -> list[list[Node]]:
    """Groups parts so that no two groups share a variable."""
    group: dict[Node, list[Node]] = {}
    found: dict[int, list[Node]] = {}
    for part in parts:
        own = [part]
        known = [group[v] for v in sorted(part.variables, key=_IN_ORDER) if v in group]
        for each in {id(each): each for each in known}.values():
            del found[id(each)]
            own, less = (each, own) if len(each) > len(own) else (own, each)
            own += less
            group |= {variable: own for moved in less for variable in moved.variables}
        group |= dict.fromkeys(part.variables, own)
        found[id(own)] = own
    return list(found.values())


def _merged(spans: Spans, others: Iterable[Spans]) -> Spans | None:
    """Joins all demands; returns None if they leave no number for a variable."""
    made = dict(spans)
    for each in others:
        for variable, span in each.items():
            made[variable] = common(made.get(variable, span), span)
    return made if all(made.values()) else None


# --- the lesser and the greater of two ------------------------------------------------------------


def apart(graph: Graph, node: Node, variable: Node) -> Node:
    """Expands tests of the greater or lesser of two into tests of each of them."""
    found = _either(graph, variable)
    if found is None:
        return node
    join = graph.any if found[0] == "min" else graph.all
    known: dict[Node, Node] = {}

    def most(number: int) -> Node:
        return join(*[graph.le(each, graph.const(number)) for each in found[1]])

    for test in tests_of(variable, [node]):
        if test.op == "le":
            known[test] = most(test.args[1].value)
        else:
            exactly = [graph.all(most(n), graph.no(most(n - 1))) for n in test.args[1]]
            known[test] = graph.any(*exactly)
    return put(graph, node, (variable, 0), known) if known else node


def _either(graph: Graph, root: Node) -> tuple[str, list[Node]] | None:
    """Returns the two expressions of which a sum, difference or share is the lesser (`min`) or the
    greater (`max`).

    Of several, the one made last is expanded first: its parts may also occur beside it, and then
    cancel out before they are expanded.
    """
    waiting: list[tuple[Node, Above]] = [(root, ())]
    found: list[tuple[Node, Above]] = []
    while waiting:
        node, above = waiting.pop()
        if node.op in _OTHER:
            found.append((node, above))
        elif node.op in ("add", "sub"):
            waiting += [(node.args[at], (node, at, above)) for at in (1, 0)]
        elif node.op == "step" and hasattr(node.args[0], "millionths"):
            waiting.append((node.args[1], (node, 1, above)))
    last = max(found, key=lambda each: each[0].id, default=None)
    return None if last is None else _beneath(graph, *last)


def _beneath(graph: Graph, extreme: Node, above: Above) -> tuple[str, list[Node]]:
    """Moves the greater or lesser of two outside the expressions around it."""
    op, each = extreme.op, list(extreme.parts)
    while above:
        node, at, above = above
        each = [graph.again(node, _with(node.args, at, one_part)) for one_part in each]
        op = _OTHER[op] if node.op == "sub" and at == 1 else op
    return op, each


def _with(args: tuple[Any, ...], at: int, put_in: Node) -> tuple[Any, ...]:
    return (*args[:at], put_in, *args[at + 1 :])
