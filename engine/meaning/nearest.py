"""Finds the smallest change after which a return would be accepted.

Changes of the fewest facts come first, then the smallest ones. Facts that were not sent never
change, nor do the facts that choose a policy, prices and their quantity, and facts that follow from
others; at most one date moves. Within these limits it is exact: no change of fewer facts would do,
and no smaller change of the same facts.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from operator import attrgetter
from typing import Final

from engine.dates import DAY
from engine.meaning.assigning import replaced
from engine.meaning.code import Worked, worked_out
from engine.meaning.graph import Graph, Node, in_order
from engine.meaning.lowering.line import Sent
from engine.meaning.lowering.policy import meaning_of
from engine.meaning.lowering.words import OTHER, Book
from engine.meaning.regions import FAR
from engine.meaning.values import ABSENT, UNKNOWN
from engine.meaning.variables import tests_of
from engine.policy.model import Policy
from engine.policy.vocabulary import SCOPE, FactType, Owner
from engine.stopping import is_over

Numbers = Mapping[str, int]

MOST_FACTS: Final = 3
"""The most facts that a change may have; a change of more is not near."""

MOST_TRIED: Final = 20_000
_COST_OF_DECIDING: Final = 40
"""The cost of one decision, in evaluations of the graph."""

_STAYING: Final = frozenset((*SCOPE, "quantity"))
_HORIZON: Final = 1_200  # days, for clocks of business days, months and years


@dataclass(frozen=True, slots=True)
class Move:
    """One fact that would have to be different; `NAME#word` is whether a set has a word."""

    fact: str
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """The changes of the fewest facts, nearest first; empty if more facts are needed.

    `complete` is false if not all changes were tried: there are too many, the time is over, or the
    graph claims no outcome for one that did not do.
    """

    changes: tuple[tuple[Move, ...], ...]
    complete: bool


class Flips:
    """Finds the changes that would have made one policy accept.

    `decides` tells whether the policy accepts after a change; the graph rules out what cannot do.
    """

    def __init__(self, policy: Policy, decides: Callable[[tuple[Move, ...]], bool]) -> None:
        self._policy = policy
        self._decides = decides
        self.book = Book()
        self.book.learn(policy)

    def nearest(self, numbers: Numbers, sent: Container[str]) -> Nearest:
        """Finds the nearest changes of a return; only facts that were `sent` may change.

        `numbers` are its facts as numbers of the graph.
        """
        graph = Graph()
        own = [name for name in numbers if name.partition("#")[0] in sent]
        movable = [name for name in own if self._may_move(name, numbers[name])]
        fixed = _staying(graph, [name for name in numbers if name not in movable], numbers)
        fixed |= _moments(graph, movable, numbers)
        goal, doubt = (replaced(graph, each, fixed) for each in self._goal(graph, numbers))
        doubtful = worked_out([doubt])
        surely, tried = not doubtful(numbers)[0], 0
        if surely:
            asked = _names_below(goal)
            movable = [name for name in movable if name in asked]
        for size in range(1, MOST_FACTS + 1):
            found: list[tuple[Move, ...]] = []
            for names, left in self._choices(graph, goal, movable, numbers, size):
                change, cost, sure = self._of(left, names, numbers, doubtful)
                tried, surely = tried + cost, surely and sure
                if change:
                    fewest = self._fewest(change)
                    found += [fewest] if fewest not in found else []
                if tried > MOST_TRIED:
                    break
            ended = tried > MOST_TRIED or is_over()
            if found or ended:
                few = min(map(len, found), default=0)
                found = [each for each in found if len(each) == few]
                complete = surely and not ended and few in (0, size)
                return Nearest(tuple(sorted(found, key=self._far)), complete)
        return Nearest((), complete=surely)

    def _choices(
        self, graph: Graph, goal: Node, movable: list[str], numbers: Numbers, size: int
    ) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Yields sets of `size` facts that may do, each with the goal if all others stay.

        Stops once the time is over.
        """
        if goal is graph.false or len(movable) < size or is_over():
            return
        if not size:
            left = replaced(graph, goal, _staying(graph, movable, numbers))
            if left is not graph.false:
                yield (), left
            return
        first, rest = movable[0], movable[1:]
        alone, others = goal, rest
        if self._kind(first) is FactType.DATE:  # at most one moves
            others = [name for name in rest if self._kind(name) is not FactType.DATE]
            dates = [name for name in rest if name not in others]
            alone = replaced(graph, goal, _staying(graph, dates, numbers))
        for names, left in self._choices(graph, alone, others, numbers, size - 1):
            yield (first, *names), left
        without = replaced(graph, goal, _staying(graph, [first], numbers))
        yield from self._choices(graph, without, rest, numbers, size)

    def _goal(self, graph: Graph, numbers: Numbers) -> tuple[Node, Node]:
        """Returns two conditions: accepted or no outcome claimed; no outcome claimed."""
        sent = {
            name: Sent.NONE if number == ABSENT else Sent.A_VALUE
            for name, number in numbers.items()
            if number != UNKNOWN
        }
        meaning = meaning_of(self._policy, graph, self.book, sent, Sent.NOTHING)
        accepts = graph.among(meaning.fields["answer"], [self.book.number("accept")])
        return graph.any(accepts, meaning.doubt), meaning.doubt

    def _kind(self, name: str) -> FactType:
        return self._policy.facts[name.partition("#")[0]].type

    def _may_move(self, name: str, number: int) -> bool:
        own, _, member = name.partition("#")
        fact = self._policy.facts.get(own)
        if fact is None or own in _STAYING or number in (ABSENT, UNKNOWN):
            return False
        if fact.type is FactType.SET and not member:
            return False
        derived = fact.told_by is Owner.DERIVED and own != "requested"
        return not derived and fact.type is not FactType.MONEY and own != self._policy.applies_by

    def _fewest(self, moves: tuple[Move, ...]) -> tuple[Move, ...]:
        """Returns a sufficient change without the moves that it does not need."""
        for move in moves if len(moves) > 1 else ():
            fewer = tuple(each for each in moves if each != move)
            if self._decides(fewer):
                return self._fewest(fewer)
        return moves

    # --- some facts -------------------------------------------------------------------------------

    def _of(
        self, goal: Node, names: tuple[str, ...], numbers: Numbers, doubtful: Worked
    ) -> tuple[tuple[Move, ...] | None, int, bool]:
        """Returns the smallest sufficient change of exactly these facts, or None; its cost; and
        whether it is sure that no nearer one does."""
        choices = [self._values(name, goal, numbers) for name in names]
        cost, sure = prod(len(choice) for choice in choices), True
        if not 0 < cost <= MOST_TRIED:
            return None, cost + 1, cost == 0
        for moves in sorted(self._likely(goal, names, choices, numbers), key=self._far):
            cost += _COST_OF_DECIDING
            if self._decides(moves):
                return moves, cost, sure
            sure = sure and not doubtful({**numbers, **{move.fact: move.then for move in moves}})[0]
            if cost > MOST_TRIED or is_over():
                break
        return None, cost + 1, sure

    def _likely(
        self,
        goal: Node,
        names: tuple[str, ...],
        choices: Iterable[list[int]],
        numbers: Numbers,
    ) -> Iterator[tuple[Move, ...]]:
        """Yields the changes that the graph does not rule out; stops once the time is over."""
        holds = worked_out([goal])
        for values in product(*choices):
            if is_over():
                return
            if holds({**numbers, **dict(zip(names, values, strict=True))})[0]:
                moved = zip(names, values, strict=True)
                yield tuple(Move(name, numbers[name], value) for name, value in moved)

    def _values(self, name: str, goal: Node, numbers: Numbers) -> list[int]:
        """Returns other values of a fact: the nearest of each cell that the goal distinguishes."""
        now, kind = numbers[name], self._kind(name)
        if "#" in name or kind is FactType.YES_NO:
            return [1 - now]
        own = [each for each in goal.variables if name in _names_below(each)]
        if not own:
            return []
        if kind is FactType.WORD:
            return [word for word in self._words(name) if word != now]
        edges = set(_edges(goal, name))
        if any(each.op != "fact" for each in own):
            edges |= self._flips(goal, name, numbers)
        near = {value for edge in edges for value in (edge, edge + 1)}
        return sorted(value for value in near if value != now and 0 <= value < FAR)

    def _words(self, name: str) -> Iterator[int]:
        """Yields the words that the policy names for a fact, then any other, if it takes others."""
        fact = self._policy.facts[name]
        yield from map(self.book.number, self.book.of.get(name, ()))
        if fact.words is None or fact.open:
            yield OTHER

    def _flips(self, goal: Node, name: str, numbers: Numbers) -> set[int]:
        """Returns the days after which a test of a date changes that goes through a calendar."""
        tests = [
            test
            for variable in sorted(goal.variables, key=attrgetter("id"))
            if variable.parts and name in _names_below(variable)
            for test in tests_of(variable, [goal])
        ]
        work_out, now = worked_out(tests), numbers[name]
        found: set[int] = set()
        before: tuple[int, ...] | None = None
        for day in range(now - _HORIZON, now + _HORIZON + 1):
            these = work_out({**numbers, name: day})
            if before is not None and these != before:
                found.add(day - 1)
            before = these
        return found

    # --- how far ----------------------------------------------------------------------------------

    def _far(self, moves: Iterable[Move]) -> tuple[int, ...]:
        """Returns the size of a change: the changed words, then the sum of days and counts."""
        total, words = 0, 0
        for move in moves:
            stepwise = self._kind(move.fact) in (FactType.WORD, FactType.YES_NO, FactType.SET)
            words += stepwise
            total += 0 if stepwise else abs(move.then - move.now)
        return (words, total)


def _staying(graph: Graph, names: Iterable[str], numbers: Numbers) -> dict[Node, Node]:
    """Returns a replacement by its number for each fact that does not move."""
    return {graph.fact(name): graph.const(numbers[name]) for name in names}


def _moments(graph: Graph, movable: Iterable[str], numbers: Numbers) -> dict[Node, Node]:
    """Returns a replacement for each moment, which keeps its time of day if its date moves."""
    found = {}
    for name in movable:
        moment = numbers.get(f"{name}@", UNKNOWN)
        if moment > ABSENT:
            seconds = graph.mul(graph.fact(name), graph.const(DAY))
            found[graph.fact(f"{name}@")] = graph.plus(seconds, moment - numbers[name] * DAY)
    return found


def _names_below(node: Node) -> set[str]:
    return {str(each.args[0]) for each in in_order([node]) if each.op == "fact"}


def _edges(goal: Node, name: str) -> Iterator[int]:
    """Yields the last number of each cell of a fact, tested by itself or as a plain difference."""
    for variable in goal.variables:
        ends = [end for test in tests_of(variable, [goal]) for end in _ends(test)]
        if _is(variable, name):
            yield from ends
        elif (
            variable.op == "sub" and variable.args[0].op == "const" and _is(variable.args[1], name)
        ):
            yield from (variable.args[0].value - end - 1 for end in ends)


def _is(node: Node, name: str) -> bool:
    return node.op == "fact" and bool(node.args[0] == name)


def _ends(test: Node) -> list[int]:
    """Returns the numbers after which a test changes; none for tests of absent or not sent."""
    if test.op == "le":
        return [test.args[1].value]
    return [end for number in test.args[1:2] for each in number for end in (each - 1, each)]
