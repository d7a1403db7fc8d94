"""What returns under some policies can send: the range of each fact, and what intake guarantees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.meaning.graph import Graph, Node, in_order
from engine.meaning.lowering.days import DayOf, FromFirst, Later, Rolled
from engine.meaning.lowering.words import Book
from engine.meaning.regions import FAR, Domain, Path, Place
from engine.meaning.values import ABSENT
from engine.policy.model import Effective, Policy
from engine.policy.vocabulary import Fact, FactType

ALWAYS: Final = ("ordered", "delivered", "requested", "item_price")
"""Facts that every return sends."""
NEVER_NULL: Final = ("ordered", "requested")
"""Dates that every compared return has."""

SUMS: Final = 9
"""The rank of a variable that contains a choice, or the greater or lesser of two."""
_REACHED: Final = (0, 10**7)
"""The days that a step from a day of the calendar leads to; 0 is none."""
_SIZED: Final = (FactType.MONEY, FactType.COUNT, FactType.NUMBER, FactType.PERCENT)


class Ground:
    """Policies of one currency that share a graph and a book of words, and their possible returns.

    A fact may have every value that intake accepts. The date by which the policies apply lies in
    `days`, those on which a policy is in force; without them, orders are from the first day on
    which all policies are.
    """

    def __init__(self, policies: Sequence[Policy], days: Effective | None = None) -> None:
        self.policies = tuple(policies)
        self.graph: Graph = Graph()
        self.book = Book()
        for policy in self.policies:
            self.book.learn(policy)
        self.facts: tuple[str, ...] = ()
        self.first_day = max(policy.effective.first for policy in self.policies)
        self._applies_by = self.policies[0].applies_by if days else "ordered"
        self._days = days or Effective(first=self.first_day, last=None)
        self._domains: dict[Node, Domain] = {}
        self._facts: dict[str, Fact] = {}
        self._words: dict[str, tuple[int, ...]] = {}

    def fact(self, name: str) -> Fact:
        """Returns a fact as the first policy defines it that knows it; for `tags#word`, the set."""
        found = self._facts.get(name)
        if found is None:
            own = name.partition("#")[0]
            found = next(policy.facts[own] for policy in self.policies if own in policy.facts)
            self._facts[name] = found
        return found

    def words(self, name: str) -> tuple[int, ...]:
        """Returns the words that a fact may have, as numbers; 0 is any word no policy names."""
        found = self._words.get(name)
        if found is None:
            facts = [policy.facts[name] for policy in self.policies if name in policy.facts]
            closed = all(fact.words is not None and not fact.open for fact in facts)
            named = [self.book.number(word) for word in self.book.of.get(name, ())]
            found = self._words[name] = tuple(sorted(named if closed else [0, *named]))
        return found

    def is_null(self, name: str) -> bool:
        """Whether null is one of the numbers of a fact."""
        del name
        return False

    def is_size(self, name: str) -> bool:
        """Whether a fact of a return is an amount, a count, a number or a percentage."""
        return not {"#", "@"} & set(name) and self.fact(name).type in _SIZED

    def domain(self, node: Node) -> Domain:
        """Returns the range of a variable; some differences of dates are never below zero."""
        found = self._domains.get(node)
        if found is None:
            found = self._domains[node] = self._domain(node)
        return found

    def _domain(self, node: Node) -> Domain:
        if node.op in ("absent", "unknown"):
            size = self.is_size(str(node.args[0]))  # whose number means nothing where it is null
            return Domain(rank=1 if size else 3, numbers=(0, 1))
        if node.op != "fact" or node.args[0].endswith("@"):
            found = _domain_of_sum(node)
            return replace(found, low=max(found.low, self._least(node)))
        return self._domain_of_fact(node.args[0])

    def _domain_of_fact(self, text: str) -> Domain:
        name, _, member = text.partition("#")
        fact = self.fact(name)
        null = (ABSENT,) if not member and self.is_null(name) else ()
        if member or fact.type is FactType.YES_NO:
            return Domain(rank=1, numbers=(*null, 0, 1))
        if fact.type is FactType.WORD:
            return Domain(rank=0, numbers=(*null, *self.words(name)))
        if fact.type is FactType.DATE:
            return Domain(4, *self._dates(name))
        return Domain(2, *fact.ends)

    def _least(self, root: Node) -> int:
        """Returns a lower bound of an expression, from those of its facts."""
        found: dict[Node, int] = {}
        for node in in_order([root]):
            parts = [found[each] for each in node.parts if not each.truth]
            found[node] = self._least_over(node, parts)
        return found[root]

    def _least_over(self, node: Node, parts: Sequence[int]) -> int:
        """Returns a lower bound of an expression, from those of its parts."""
        if node.op == "const":
            return node.value
        if node.op == "fact":
            return -FAR if node.args[0].endswith("@") else self.domain(node).low
        share = node.op == "step" and hasattr(node.args[0], "millionths")
        positive = min(parts, default=-1) >= 0
        if node.op == "add":
            return max(-FAR, sum(parts))
        if node.op in ("if", "min", "max"):
            return max(parts) if node.op == "max" else min(parts)
        return 0 if positive and (share or node.op == "mul") else -FAR

    def _dates(self, name: str) -> tuple[int, int]:
        first, last = self.fact(name).ends
        if name != self._applies_by:
            return first, last
        return max(first, self._days.first), min(last, self._days.last or last)

    @property
    def always(self) -> Path:
        """What intake guarantees, as variables with their ranges."""
        return tuple(self._of_intake())

    @property
    def in_force(self) -> Path:
        """The days of the policies, for returns without the date by which they apply: there the day
        of the request stands in for it."""
        graph, first = self.graph, self._days.first
        gone = graph.absent(self._applies_by)
        day = graph.choice(gone, graph.fact("requested"), graph.const(first))
        return ((day, ((first, self._days.last or FAR),)),)

    def _of_intake(self) -> Iterator[Place]:
        """Yields: no request or delivery before the order, no more units than ordered, no amount
        outside its range."""
        graph, ordered = self.graph, self.graph.fact("ordered")
        yield graph.sub(graph.fact("requested"), ordered), ((0, FAR),)
        yield graph.sub(graph.fact("delivered"), ordered), ((0, FAR),)
        if {"quantity", "quantity_ordered"} <= set(self.facts):
            yield graph.sub(graph.fact("quantity_ordered"), graph.fact("quantity")), ((0, FAR),)
        for name in self.facts:
            if self.fact(name).type in (*_SIZED, FactType.DATE):
                domain = self.domain(graph.fact(name))
                yield graph.fact(name), ((domain.low, domain.high),)


def is_day(node: Node) -> bool:
    """Whether an expression is a day that a step leads to."""
    return node.op == "step" and isinstance(node.args[0], Later | FromFirst | Rolled | DayOf)


def _domain_of_sum(node: Node) -> Domain:
    ops = {each.op for each in in_order([node])}
    if ops & {"if", "max", "min"}:
        return Domain(rank=SUMS)
    if "step" in ops:
        return Domain(6, *_REACHED) if is_day(node) else Domain(rank=6)
    names = [each.args[0] for each in node.parts if each.op == "fact"]
    if node.op == "sub" and names in (["delivered", "ordered"], ["requested", "ordered"]):
        return Domain(rank=5, low=0)
    if node.op == "sub" and names in (["ordered", "delivered"], ["ordered", "requested"]):
        return Domain(rank=5, high=0)
    return Domain(rank=5)


def facts_below(roots: Iterable[Node]) -> list[str]:
    """Returns the facts that some expressions read, each once, without times of day."""
    leaves = [node for node in in_order(roots) if node.op in ("fact", "absent")]
    names = [str(node.args[0]).partition("#")[0] for node in leaves]
    return [name for name in dict.fromkeys(names) if not name.endswith("@")]
