"""Finds the smallest change after which a return would be accepted.

Changes of the fewest facts come first, then the smallest ones. Facts that were not sent never
change, nor do the facts that choose a policy, prices, and facts that follow from others; at most
one date moves. The quantity may be smaller, unless a price of that many units was sent. Within
these limits it is exact: no change of fewer facts would do, and no smaller change of the same
facts.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from engine.dates import DAY
from engine.meaning.candidates import Candidates, names_below
from engine.meaning.code import Worked, worked_out
from engine.meaning.graph import Graph, Node, replaced
from engine.meaning.lowering.line import Sent
from engine.meaning.lowering.policy import meaning_of
from engine.meaning.lowering.words import Book
from engine.meaning.values import ABSENT, UNKNOWN
from engine.policy.model import Policy
from engine.policy.vocabulary import SCOPE, FactType, Owner
from engine.stopping import is_over

Numbers = Mapping[str, int]

MOST_FACTS: Final = 3
"""The most facts that a change may have; a change of more is not near."""

MOST_TRIED: Final = 20_000
_COST_OF_DECIDING: Final = 40
"""The cost of one decision, in evaluations of the graph."""

_Wanted = tuple[Node, Node]
"""Two conditions: accepted or no outcome claimed; no outcome claimed."""


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
        self._candidates = Candidates(policy, self.book)

    def nearest(self, numbers: Numbers, sent: Container[str]) -> Nearest:
        """Finds the nearest changes of a return; only facts that were `sent` may change.

        `numbers` are its facts as numbers of the graph.
        """
        graph = Graph()
        movable = [name for name in numbers if self._may_move(name, numbers[name], sent)]
        fixed = _staying(graph, [name for name in numbers if name not in movable], numbers)
        fixed |= _moments(graph, movable, numbers)
        goal, doubt, *rest = (replaced(graph, each, fixed) for each in self._goal(graph, numbers))
        self._candidates.start(numbers, rest)
        doubtful = worked_out([doubt])
        surely, tried = not doubtful(numbers)[0], 0
        if surely:
            asked = names_below(goal)
            movable = [name for name in movable if name in asked]
        for size in range(1, MOST_FACTS + 1):
            found: list[tuple[Move, ...]] = []
            for names, left in self._choices(graph, (goal, doubt), movable, numbers, size):
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
        self, graph: Graph, goal: _Wanted, movable: list[str], numbers: Numbers, size: int
    ) -> Iterator[tuple[tuple[str, ...], _Wanted]]:
        """Yields sets of `size` facts that may do, each with the goal if all others stay.

        Stops once the time is over.
        """
        if goal[0] is graph.false or len(movable) < size or is_over():
            return

        def staying(names: list[str]) -> _Wanted:
            fixed = _staying(graph, names, numbers)
            return replaced(graph, goal[0], fixed), replaced(graph, goal[1], fixed)

        if not size:
            left = staying(movable)
            if left[0] is not graph.false:
                yield (), left
            return
        first, rest = movable[0], movable[1:]
        alone, others = goal, rest
        if self._kind(first) is FactType.DATE:  # at most one moves
            others = [name for name in rest if self._kind(name) is not FactType.DATE]
            alone = staying([name for name in rest if name not in others])
        for names, left in self._choices(graph, alone, others, numbers, size - 1):
            yield (first, *names), left
        yield from self._choices(graph, staying([first]), rest, numbers, size)

    def _goal(self, graph: Graph, numbers: Numbers) -> tuple[Node, ...]:
        """Returns two conditions: accepted or no outcome claimed; no outcome claimed. If the
        second may hold, also all that the outcome reads, whatever is sent for the other facts."""
        sent = {
            name: Sent.NONE if number == ABSENT else Sent.A_VALUE
            for name, number in numbers.items()
            if number != UNKNOWN
        }
        meaning = meaning_of(self._policy, graph, self.book, sent, Sent.NOTHING)
        accepts = graph.among(meaning.fields["answer"], [self.book.number("accept")])
        goal = graph.any(accepts, meaning.doubt)
        if meaning.doubt is graph.false:
            return goal, meaning.doubt
        every = meaning_of(self._policy, graph, self.book, sent, Sent.ANYTHING)
        return goal, meaning.doubt, *every.looked_at

    def _kind(self, name: str) -> FactType:
        return self._policy.facts[name.partition("#")[0]].type

    def _may_move(self, name: str, number: int, sent: Container[str]) -> bool:
        own, _, member = name.partition("#")
        if own not in sent or (own == "quantity" and "item_price" in sent):
            return False
        fact = self._policy.facts.get(own)
        if fact is None or own in SCOPE or number in (ABSENT, UNKNOWN):
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
        self, goal: _Wanted, names: tuple[str, ...], numbers: Numbers, doubtful: Worked
    ) -> tuple[tuple[Move, ...] | None, int, bool]:
        """Returns the smallest sufficient change of exactly these facts, or None; its cost; and
        whether it is sure that no nearer one does."""
        choices = [self._candidates.of(name, *goal) for name in names]
        cost, sure = prod(len(choice) for choice in choices), True
        if not 0 < cost <= MOST_TRIED:
            return None, cost + 1, cost == 0
        for moves in sorted(self._likely(goal[0], names, choices, numbers), key=self._far):
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
