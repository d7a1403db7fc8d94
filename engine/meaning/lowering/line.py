"""One return line while its policy is lowered: the facts, the answers and the doubts so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from engine.meaning.graph import Graph, Node
from engine.meaning.lowering.words import Book
from engine.meaning.values import ABSENT, Value, chosen, known, not_sent, nothing
from engine.policy.conditions import leaves
from engine.policy.model import AnyOf, Clock, Condition, Leaf, Op, Policy, Quantity
from engine.policy.vocabulary import FactType

SIZES: Final = (Op.UNDER, Op.AT_MOST, Op.OVER, Op.AT_LEAST)
SINCE: Final = "days_since."


class Sent(Enum):
    """What a return may send for a fact."""

    ANYTHING = "anything"
    """A value, `null` (absent), or nothing."""
    TOLD = "told"
    """A value, or `null` (absent)."""
    A_CHOICE = "a choice"
    """A word, or true or false, or `null`, which is one of its numbers."""
    A_VALUE = "a value"
    NOTHING = "nothing"
    NONE = "none"
    """`null` (absent)."""


@dataclass(slots=True)
class Say:
    """An answer that a step gives if `when` holds; the strongest wins, then the earliest."""

    when: Node
    answer: str
    code: Node


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """When it is open which row of a deadline is taken (`some`), and its state with it (`state`),
    because the start of a clock was not sent; or because a pause has no end (`pauses`). `bits` is
    the sum of a bit for pauses, and one for each such clock."""

    some: Node
    state: Node
    pauses: Node
    bits: Node


@dataclass(slots=True)
class Line:
    """One return line: `facts` grows with each topic; no outcome is claimed if a doubt holds.

    `sent` says what returns may send for a fact, `otherwise` what for all others.
    """

    graph: Graph
    policy: Policy
    book: Book
    sent: Mapping[str, Sent]
    otherwise: Sent
    facts: dict[str, Value] = field(default_factory=dict)
    said: list[Say] = field(default_factory=list)
    doubts: list[Node] = field(default_factory=list)
    sets: list[tuple[Node, Mapping[str, Any]]] = field(default_factory=list)
    """What readings that are taken set, each with its condition."""
    open_ends: dict[str, OpenEnds] = field(default_factory=dict)
    """When it is open which row of a deadline is taken, by its name."""
    broken: dict[str, Node] = field(default_factory=dict)
    """When each promise is broken, by its id."""
    alone: bool = True
    """Whether it is the whole return, so that fees per return are charged."""
    tests_remedy: bool = False
    """Whether a row tests the remedy, so that an open choice leaves that row in doubt."""

    # --- facts ------------------------------------------------------------------------------------

    def raw(self, name: str) -> Value:
        """Returns a fact as it was sent; `tags#clearance` is whether a set has a word."""
        graph = self.graph
        how = self.sent.get(name, self.sent.get(name.partition("#")[0], self.otherwise))
        if how is Sent.NOTHING:
            return self._default(name)
        if how is Sent.NONE:
            return nothing(graph)
        value = Value(graph.false, graph.false, graph.fact(name))
        if how is Sent.A_VALUE:
            return value
        if how is Sent.A_CHOICE:
            return Value(graph.false, graph.among(value.number, [ABSENT]), value.number)
        unknown = graph.unknown(name) if how is Sent.ANYTHING else graph.false
        return Value(unknown, graph.absent(name), value.number)

    def _default(self, name: str) -> Value:
        """Returns the value of a fact that these returns never send: its `if_not_sent`, or
        unknown."""
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

    def supposed_early(self, _: Clock) -> Value:
        """Returns whether a clock is supposed to open after its event, if that is not known."""
        return not_sent(self.graph)

    def fact(self, name: str) -> Value:
        """Returns a fact by its name, sent or derived by an earlier topic."""
        found = self.facts.get(name)
        if found is None:
            since = name.startswith(SINCE)
            found = self.facts[name] = self._since(name[len(SINCE) :]) if since else self.raw(name)
        return found

    def is_known(self, name: str) -> Node:
        """Returns when a fact is known, for rows that test `known` or `unknown`."""
        return self.fact(name).known(self.graph)

    def now_came(self) -> Node:
        """Returns when `now` itself was sent: then an event that was not sent did not happen."""
        return self.raw("now").known(self.graph)

    def before(self, adds: Quantity) -> Line:
        """Returns the line as a limit sees it that adds `adds`; here the line itself."""
        del adds
        return self

    def _since(self, date: str) -> Value:
        one, other, graph = self.fact("requested"), self.fact(date), self.graph
        absent = graph.any(one.absent, other.absent)
        unknown = graph.all(graph.any(one.unknown, other.unknown), graph.no(absent))
        return Value(unknown, absent, graph.sub(one.number, other.number))

    def derive(self, name: str, number: Node) -> None:
        """Writes a fact that a topic has worked out."""
        self.facts[name] = known(self.graph, number)

    def is_sent(self, name: str) -> bool:
        """Whether a fact is sent by requests, not derived by a topic."""
        own = name.partition("#")[0]
        return own in self.policy.facts

    # --- words ------------------------------------------------------------------------------------

    def word(self, word: object) -> Node:
        """Returns the number of a word, as a constant."""
        return self.graph.const(self.book.number(word))

    def one_of(self, node: Node, words: Iterable[object]) -> Node:
        """Returns when a node is one of some words."""
        return self.graph.among(node, [self.book.number(word) for word in words])

    # --- conditions -------------------------------------------------------------------------------

    def holds(self, condition: Condition) -> tuple[Node, Node]:
        """Returns when a condition holds, and when it does or could once all facts are known."""
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
            is_known = self.is_known(leaf.fact)
            return (
                (is_known, is_known) if op is Op.KNOWN else (graph.no(is_known), graph.no(is_known))
            )
        inside = graph.all(found.known(graph), self._tested(leaf, found))
        if op is Op.NOT_IN:
            return graph.all(graph.no(found.unknown), graph.no(inside)), graph.no(inside)
        return self._pair(inside, found)

    def _pair(self, true: Node, found: Value) -> tuple[Node, Node]:
        return true, self.graph.any(found.unknown, true)

    def _tested(self, leaf: Leaf, found: Value) -> Node:
        """Returns the test of a value that is known; `NOT_IN` is tested as `IN`."""
        fact = self.policy.facts.get(leaf.fact)
        if leaf.op in SIZES:
            if fact is not None and fact.type is FactType.WORD:
                return self._ranked(leaf, fact.words or (), found.number)
            return self._sized(leaf, found.number)
        sent = self.is_sent(leaf.fact)
        numbers = [
            self.book.name(leaf.fact, w) if sent else self.book.number(w) for w in leaf.words
        ]
        return self.graph.among(found.number, numbers)

    def _sized(self, leaf: Leaf, number: Node) -> Node:
        graph, bound = self.graph, self.graph.const(leaf.number)
        if leaf.op is Op.UNDER:
            return graph.lt(number, bound)
        if leaf.op is Op.AT_MOST:
            return graph.le(number, bound)
        return graph.lt(bound, number) if leaf.op is Op.OVER else graph.le(bound, number)

    def _ranked(self, leaf: Leaf, words: tuple[str, ...], number: Node) -> Node:
        """Turns a test of an order of words into one of membership; other words rank as 0."""
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

    # --- answers ----------------------------------------------------------------------------------

    def say(self, when: Node, answer: str, code: object) -> None:
        """Adds an answer; its code is a word or a node."""
        node = code if isinstance(code, Node) else self.word(code)
        self.said.append(Say(when, answer, node))

    def doubt(self, when: Node) -> None:
        """Adds a doubt: no outcome is claimed if the condition holds."""
        if when is not self.graph.false:
            self.doubts.append(when)

    def over(self, name: str, node: Node) -> Node:
        """Returns the word `node`, or the word that a taken reading sets for the field."""
        for when, sets in self.sets:
            if name in sets:
                node = self.graph.choice(when, self.word(sets[name]), node)
        return node

    def select(self, when: Node, then: Value, other: Value) -> Value:
        """Returns one value if a condition holds, else another."""
        return chosen(self.graph, when, then, other)


def tested_facts(conditions: Iterable[Condition]) -> set[str]:
    """Returns every fact that some conditions test."""
    return {leaf.fact for each in conditions for leaf in leaves(each)}
