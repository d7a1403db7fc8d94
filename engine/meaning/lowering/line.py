"""One return line while its policy is lowered: the facts so far, what was said, the doubts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from engine.meaning.graph import Graph, Node
from engine.meaning.lowering.words import Book
from engine.meaning.values import Value, chosen, known, not_sent, nothing
from engine.policy.conditions import leaves
from engine.policy.model import AnyOf, Condition, Leaf, Op, Policy, Quantity
from engine.policy.vocabulary import FactType

SIZES: Final = (Op.UNDER, Op.AT_MOST, Op.OVER, Op.AT_LEAST)
SINCE: Final = "days_since."


class Sent(Enum):
    """What a return may say of a fact."""

    ANYTHING = "anything"
    """A value, that there is none, or nothing."""
    TOLD = "told"
    """A value, or that there is none."""
    A_VALUE = "a value"
    NOTHING = "nothing"
    NONE = "none"
    """That there is none."""


@dataclass(slots=True)
class Say:
    """One answer that a step gives where `when` holds; the strongest holds, then the earliest."""

    when: Node
    answer: str
    code: Node


@dataclass(slots=True)
class Line:
    """`facts` grows with each topic; `doubts` are conditions under which no outcome is claimed."""

    graph: Graph
    policy: Policy
    book: Book
    sent: Mapping[str, Sent]
    otherwise: Sent
    facts: dict[str, Value] = field(default_factory=dict)
    said: list[Say] = field(default_factory=list)
    doubts: list[Node] = field(default_factory=list)
    sets: list[tuple[Node, Mapping[str, Any]]] = field(default_factory=list)
    """What a reading that was taken sets, and where."""
    broken: dict[str, Node] = field(default_factory=dict)
    """Where each promise is broken, by its id."""
    alone: bool = True
    """Whether it is the whole return, so that fees per return are taken of it."""
    tests_remedy: bool = False
    """Whether a row looks at the remedy, so that one that is not chosen yet leaves it open."""

    # --- facts ------------------------------------------------------------------------------------

    def raw(self, name: str) -> Value:
        """A fact as it was sent; `tags#clearance` is whether a set has a word."""
        graph = self.graph
        how = self.sent.get(name, self.sent.get(name.partition("#")[0], self.otherwise))
        if how is Sent.NOTHING:
            return self._default(name)
        if how is Sent.NONE:
            return nothing(graph)
        value = Value(graph.false, graph.false, graph.fact(name))
        if how is Sent.A_VALUE:
            return value
        unknown = graph.unknown(name) if how is Sent.ANYTHING else graph.false
        return Value(unknown, graph.absent(name), value.number)

    def _default(self, name: str) -> Value:
        """What is taken for a fact that no return of this kind sends."""
        graph, (own, _, member) = self.graph, name.partition("#")
        fact = self.policy.facts.get(own)
        if fact is None or fact.if_not_sent is None:
            return not_sent(graph)
        plain = fact.if_not_sent
        if fact.type is FactType.SET:
            there = isinstance(plain, list | tuple | set | frozenset) and member in plain
            return known(graph, graph.const(int(there if member else True)))
        if fact.type is FactType.WORD:
            return known(graph, graph.const(self.book.name(own, str(plain))))
        if isinstance(plain, bool | int):
            return known(graph, graph.const(int(plain)))
        self.doubts.append(graph.true)
        return not_sent(graph)

    def fact(self, name: str) -> Value:
        """A fact by its name, sent or derived by an earlier topic."""
        found = self.facts.get(name)
        if found is None:
            since = name.startswith(SINCE)
            found = self.facts[name] = self._since(name[len(SINCE) :]) if since else self.raw(name)
        return found

    def is_known(self, name: str) -> Node:
        """Whether a fact has a value, as a row asks that tests just this."""
        return self.fact(name).known(self.graph)

    def now_came(self) -> Node:
        """Whether `now` itself was sent: then an event that was not sent has not come."""
        return self.raw("now").known(self.graph)

    def before(self, adds: Quantity) -> Line:
        """The line as a limit sees it that adds this: a line that comes alone is the same."""
        del adds
        return self

    def _since(self, date: str) -> Value:
        one, other, graph = self.fact("requested"), self.fact(date), self.graph
        absent = graph.any(one.absent, other.absent)
        unknown = graph.all(graph.any(one.unknown, other.unknown), graph.no(absent))
        return Value(unknown, absent, graph.sub(one.number, other.number))

    def derive(self, name: str, number: Node) -> None:
        """Writes a fact that a topic works out."""
        self.facts[name] = known(self.graph, number)

    def is_sent(self, name: str) -> bool:
        """Whether a fact is one that a request sends, and not one that a topic derives."""
        own = name.partition("#")[0]
        return own in self.policy.facts

    # --- words ------------------------------------------------------------------------------------

    def word(self, word: object) -> Node:
        """A word as a number."""
        return self.graph.const(self.book.number(word))

    def one_of(self, node: Node, words: Iterable[object]) -> Node:
        """Whether a node is one of some words."""
        return self.graph.among(node, [self.book.number(word) for word in words])

    # --- conditions -------------------------------------------------------------------------------

    def holds(self, condition: Condition) -> tuple[Node, Node]:
        """Whether a condition holds, and whether it holds or could, were unknown facts known."""
        if isinstance(condition, Leaf):
            return self._leaf(condition)
        pairs = [self.holds(part) for part in condition.parts]
        join = self.graph.any if isinstance(condition, AnyOf) else self.graph.all
        return join(*[pair[0] for pair in pairs]), join(*[pair[1] for pair in pairs])

    def _leaf(self, leaf: Leaf) -> tuple[Node, Node]:
        graph, op = self.graph, leaf.op
        if op in (Op.HAS, Op.LACKS):
            found = self.fact(f"{leaf.fact}#{leaf.words[0]}")
            if self.is_sent(leaf.fact):
                self.book.name(leaf.fact, leaf.words[0])
            there = graph.among(found.number, (int(op is Op.HAS),))
            true = graph.all(found.known(graph), there)
            return true, graph.any(found.unknown, found.absent, true)
        found = self.fact(leaf.fact)
        if op is Op.ABSENT:
            return self._pair(graph.all(graph.no(found.unknown), found.absent), found)
        if op is Op.PRESENT:
            return self._pair(found.known(graph), found)
        if op in (Op.KNOWN, Op.UNKNOWN):
            told = self.is_known(leaf.fact)
            return (told, told) if op is Op.KNOWN else (graph.no(told), graph.no(told))
        inside = graph.all(found.known(graph), self._tested(leaf, found))
        if op is Op.NOT_IN:
            return graph.all(graph.no(found.unknown), graph.no(inside)), graph.no(inside)
        return self._pair(inside, found)

    def _pair(self, true: Node, found: Value) -> tuple[Node, Node]:
        return true, self.graph.any(found.unknown, true)

    def _tested(self, leaf: Leaf, found: Value) -> Node:
        """The test of a value that is known; `NOT_IN` as `IN`."""
        graph = self.graph
        fact = self.policy.facts.get(leaf.fact)
        if leaf.op in SIZES:
            if fact is not None and fact.type is FactType.WORD:
                return self._ranked(leaf, fact.words or (), found.number)
            return self._sized(leaf, found.number)
        sent = self.is_sent(leaf.fact)
        numbers = [
            self.book.name(leaf.fact, w) if sent else self.book.number(w) for w in leaf.words
        ]
        return graph.among(found.number, numbers)

    def _sized(self, leaf: Leaf, number: Node) -> Node:
        graph, bound = self.graph, self.graph.const(leaf.number)
        if leaf.op is Op.UNDER:
            return graph.lt(number, bound)
        if leaf.op is Op.AT_MOST:
            return graph.le(number, bound)
        return graph.lt(bound, number) if leaf.op is Op.OVER else graph.le(bound, number)

    def _ranked(self, leaf: Leaf, words: tuple[str, ...], number: Node) -> Node:
        """A test of an order of words as a test of membership; words beside it rank as 0."""
        passed: Callable[[int], bool] = {
            Op.UNDER: lambda rank: rank < leaf.number,
            Op.AT_MOST: lambda rank: rank <= leaf.number,
            Op.OVER: lambda rank: rank > leaf.number,
            Op.AT_LEAST: lambda rank: rank >= leaf.number,
        }[leaf.op]
        named = [self.book.name(leaf.fact, word) for word in words]
        good = [each for rank, each in enumerate(named, 1) if passed(rank)]
        if not passed(0):
            return self.graph.among(number, good)
        bad = [each for rank, each in enumerate(named, 1) if not passed(rank)]
        return self.graph.no(self.graph.among(number, bad))

    # --- what was said ----------------------------------------------------------------------------

    def say(self, when: Node, answer: str, code: object) -> None:
        """Adds an answer, with a code as a word or a node."""
        node = code if isinstance(code, Node) else self.word(code)
        self.said.append(Say(when, answer, node))

    def doubt(self, when: Node) -> None:
        """Claims no outcome where a condition holds."""
        if when is not self.graph.false:
            self.doubts.append(when)

    def over(self, name: str, node: Node) -> Node:
        """A word, unless a reading that was taken sets it."""
        for when, sets in self.sets:
            if name in sets:
                node = self.graph.choice(when, self.word(sets[name]), node)
        return node

    def select(self, when: Node, then: Value, other: Value) -> Value:
        """One value where a condition holds, else another."""
        return chosen(self.graph, when, then, other)


def tested_facts(conditions: Iterable[Condition]) -> set[str]:
    """Every fact that some conditions test."""
    return {leaf.fact for each in conditions for leaf in leaves(each)}
