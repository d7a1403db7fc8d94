"""What returns of some policies can say: the numbers of each fact, and what intake sees to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.meaning.graph import Graph, Node, in_order
from engine.meaning.lowering.words import Book
from engine.meaning.regions import FAR, Domain, Path, Place
from engine.policy.model import Effective, Policy
from engine.policy.vocabulary import Fact, FactType

ALWAYS: Final = ("ordered", "delivered", "requested", "item_price")
"""Facts that every return is made with."""
NEVER_NULL: Final = ("ordered", "requested")
"""Dates that every return has which is compared."""

SUMS: Final = 9
"""The rank of a variable that has choices, or the greater or lesser of two, in it."""
_SIZED: Final = (FactType.MONEY, FactType.COUNT, FactType.NUMBER, FactType.PERCENT)
_YEARS: Final = 3_653  # days after the first order that is looked at
_LONG: Final = 40_000
_MOST_MONEY: Final = 10**9
_LAST_DAY: Final = 3_600_000
"""A while before the calendar ends, so that no clock runs past it."""


class Ground:
    """Policies of one currency that share a graph and a book, and the returns they are put to.

    With `days`, those on which what is looked at is in force, every number that intake takes can
    be sent; without, those of ten years of orders, with sums that people pay.
    """

    def __init__(self, policies: Sequence[Policy], days: Effective | None = None) -> None:
        self.policies = tuple(policies)
        self.graph: Graph = Graph()
        self.book = Book()
        for policy in self.policies:
            self.book.learn(policy)
        self.facts: tuple[str, ...] = ()
        self.first_day = max(policy.effective.first for policy in self.policies)
        self._days = days
        self._domains: dict[Node, Domain] = {}
        self._facts: dict[str, Fact] = {}
        self._words: dict[str, tuple[int, ...]] = {}

    def fact(self, name: str) -> Fact:
        """A fact as the first policy has it that knows it; a word of a set is that of the set."""
        found = self._facts.get(name)
        if found is None:
            own = name.partition("#")[0]
            found = next(policy.facts[own] for policy in self.policies if own in policy.facts)
            self._facts[name] = found
        return found

    def words(self, name: str) -> tuple[int, ...]:
        """The words that a fact may have, as numbers; 0 is any word that nobody names."""
        found = self._words.get(name)
        if found is None:
            facts = [policy.facts[name] for policy in self.policies if name in policy.facts]
            closed = all(fact.words is not None and not fact.open for fact in facts)
            named = [self.book.number(word) for word in self.book.of.get(name, ())]
            found = self._words[name] = tuple(sorted(named if closed else [0, *named]))
        return found

    def is_size(self, name: str) -> bool:
        """Whether a fact of a return is an amount, a count, a number or a percentage."""
        return not {"#", "@"} & set(name) and self.fact(name).type in _SIZED

    def domain(self, node: Node) -> Domain:
        """The numbers of a fact; a difference of dates is not below zero if intake sees to it."""
        found = self._domains.get(node)
        if found is None:
            found = self._domains[node] = self._domain(node)
        return found

    def _domain(self, node: Node) -> Domain:
        if node.op in ("absent", "unknown"):
            return Domain(rank=3, numbers=(0, 1))
        if node.op != "fact" or node.args[0].endswith("@"):
            found = _domain_of_sum(node)
            return replace(found, low=max(found.low, self._least(node)))
        return self._domain_of_fact(node.args[0])

    def _domain_of_fact(self, told: str) -> Domain:
        name, _, member = told.partition("#")
        fact = self.fact(name)
        if member or fact.type is FactType.YES_NO:
            return Domain(rank=1, numbers=(0, 1))
        if fact.type is FactType.WORD:
            return Domain(rank=0, numbers=self.words(name))
        if fact.type is FactType.DATE:
            return Domain(4, *self._dates(name))
        least, most = 1 if name == "quantity" else 0, FAR if self._days else _MOST_MONEY
        below = fact.signed or (self._days and fact.type in (FactType.NUMBER, FactType.PERCENT))
        return Domain(rank=2, low=-most if below else least, high=most)

    def _least(self, root: Node) -> int:
        """No sum of an amount is below this: neither shares, nor products, of what is not."""
        found: dict[Node, int] = {}
        for node in in_order([root]):
            parts = [found[each] for each in node.parts if not each.truth]
            found[node] = self._least_over(node, parts)
        return found[root]

    def _least_over(self, node: Node, parts: Sequence[int]) -> int:
        """The same of an expression, by what none of its parts is below."""
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
        if self._days is None:
            if name in NEVER_NULL:
                return self.first_day, self.first_day + _YEARS
            return self.first_day - _LONG, self.first_day + _LONG
        if name == self.policies[0].applies_by:
            return self._days.first, self._days.last or _LAST_DAY
        return 1, _LAST_DAY

    @property
    def always(self) -> Path:
        """What intake sees to, as variables and where they lie."""
        return tuple(self._of_intake())

    def _of_intake(self) -> Iterator[Place]:
        """No request or delivery before the order, no more units than ordered, no sum below 0."""
        graph, ordered = self.graph, self.graph.fact("ordered")
        longest = _LAST_DAY if self._days else _YEARS
        if self._days is None:
            yield ordered, (self._dates("ordered"),)
        yield graph.sub(graph.fact("requested"), ordered), ((0, longest),)
        yield graph.sub(graph.fact("delivered"), ordered), ((0, longest),)
        if {"quantity", "quantity_ordered"} <= set(self.facts):
            left = graph.sub(graph.fact("quantity_ordered"), graph.fact("quantity"))
            yield left, ((0, FAR if self._days else _MOST_MONEY),)
        sized = _SIZED if self._days is None else (*_SIZED, FactType.DATE)
        for name in self.facts:
            if self.fact(name).type in sized:
                domain = self.domain(graph.fact(name))
                yield graph.fact(name), ((domain.low, domain.high),)


def _domain_of_sum(node: Node) -> Domain:
    ops = {each.op for each in in_order([node])}
    if ops & {"if", "max", "min"}:
        return Domain(rank=SUMS)
    if "step" in ops:
        return Domain(rank=6)
    names = [each.args[0] for each in node.parts if each.op == "fact"]
    if node.op == "sub" and names in (["delivered", "ordered"], ["requested", "ordered"]):
        return Domain(rank=5, low=0)
    if node.op == "sub" and names in (["ordered", "delivered"], ["ordered", "requested"]):
        return Domain(rank=5, high=0)
    return Domain(rank=5)


def facts_below(roots: Iterable[Node]) -> list[str]:
    """The facts that some expressions look at, each once; times of day are not among them."""
    told = [node for node in in_order(roots) if node.op in ("fact", "absent")]
    names = [str(node.args[0]).partition("#")[0] for node in told]
    return [name for name in dict.fromkeys(names) if not name.endswith("@")]
