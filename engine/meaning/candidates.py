"""Finds the values of a fact that may change an outcome: the nearest of each cell that tests
distinguish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Final

from engine.dates import FIRST_DAY, LAST_DAY
from engine.meaning.code import worked_out
from engine.meaning.graph import Node, in_order
from engine.meaning.lowering.words import OTHER, Book
from engine.meaning.regions import FAR
from engine.meaning.variables import tests_of
from engine.policy.model import Policy
from engine.policy.vocabulary import FactType

_HORIZON: Final = 1_200  # days, for clocks of business days, months and years


class Candidates:
    """Finds other values of the facts of one return."""

    def __init__(self, policy: Policy, book: Book) -> None:
        self._policy = policy
        self._book = book
        self._numbers: Mapping[str, int] = {}
        self._more: Sequence[Node] = ()
        self._known: dict[str, list[int]] = {}

    def start(self, numbers: Mapping[str, int], more: Sequence[Node]) -> None:
        """Starts a search: `numbers` are the facts of the return, `more` all expressions that its
        outcome reads."""
        self._numbers, self._more, self._known = numbers, more, {}

    def of(self, name: str, goal: Node, doubt: Node) -> list[int]:
        """Returns other values of a fact, one of each cell that the goal distinguishes.

        While the graph may claim no outcome (`doubt`), it distinguishes too little: then these are
        the cells of all tests of the outcome.
        """
        if doubt.op == "bool" and not doubt.args[0]:
            return self._values(name, [goal])
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._values(name, [goal, *self._more])
        return sorted({*found, *self._values(name, [goal])})

    def _values(self, name: str, roots: Sequence[Node]) -> list[int]:
        now, kind = self._numbers[name], self._policy.facts[name.partition("#")[0]].type
        if "#" in name or kind is FactType.YES_NO:
            return [1 - now]
        variables = {each for root in roots for each in root.variables if name in names_below(each)}
        if not variables:
            return []
        if kind is FactType.WORD:
            return [word for word in self._words(name) if word != now]
        own = sorted(variables, key=attrgetter("id"))
        edges = {end for each in own for end in _edges(each, name, roots)}
        if any(each.op != "fact" for each in own):
            edges |= self._flips(own, name, roots)
        near = {value for edge in edges for value in (edge, edge + 1)}
        least, most = (1, now) if name == "quantity" else (0, FAR)
        if kind is FactType.DATE:
            least, most = FIRST_DAY, LAST_DAY + 1
        return sorted(value for value in near if value != now and least <= value < most)

    def _words(self, name: str) -> Iterator[int]:
        """Yields the words that the policy names for a fact, then any other, if it takes others."""
        fact = self._policy.facts[name]
        yield from map(self._book.number, self._book.of.get(name, ()))
        if fact.words is None or fact.open:
            yield OTHER

    def _flips(self, variables: Iterable[Node], name: str, roots: Sequence[Node]) -> set[int]:
        """Returns the days after which a test of a date changes that goes through a calendar."""
        tests = [t for variable in variables if variable.parts for t in tests_of(variable, roots)]
        work_out, now = worked_out(tests), self._numbers[name]
        found: set[int] = set()
        before: tuple[int, ...] | None = None
        for day in range(now - _HORIZON, now + _HORIZON + 1):
            these = work_out({**self._numbers, name: day})
            if before is not None and these != before:
                found.add(day - 1)
            before = these
        return found


def names_below(node: Node) -> set[str]:
    """Returns the names of the facts that an expression reads."""
    return {str(each.args[0]) for each in in_order([node]) if each.op == "fact"}


def _edges(variable: Node, name: str, roots: Sequence[Node]) -> Iterator[int]:
    """Yields the last number of each cell of a fact, tested by itself or as a plain difference."""
    ends = [end for test in tests_of(variable, roots) for end in _ends(test)]
    if _is(variable, name):
        yield from ends
    elif variable.op == "sub" and variable.args[0].op == "const" and _is(variable.args[1], name):
        yield from (variable.args[0].value - end - 1 for end in ends)


def _is(node: Node, name: str) -> bool:
    return node.op == "fact" and bool(node.args[0] == name)


def _ends(test: Node) -> list[int]:
    """Returns the numbers after which a test changes; none for tests of absent or not sent."""
    if test.op == "le":
        return [test.args[1].value]
    return [end for number in test.args[1:2] for each in number for end in (each - 1, each)]
