"""Asks whether any return makes a condition true: shows one, proves there is none, or gives up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, TypeVar

from engine.meaning.difference import Budget, TooMuch
from engine.meaning.emptiness import Emptiness
from engine.meaning.graph import Node
from engine.meaning.ground import ALWAYS, Ground, facts_below
from engine.meaning.regions import Path
from engine.meaning.ways import Ways
from engine.meaning.witness import Finder, Numbers

Found = TypeVar("Found")

MOST_WAYS: Final = 5
"""The most ways of making a condition true in which a return is looked for before giving up."""
DRAWS: Final = 10
"""The most returns that are tried for one way."""
MOST_IN_VAIN: Final = 400
"""After so many returns that showed nothing, only one is tried for each question."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[Found]):
    """What shows that a return exists, or that there is `never` one; neither if it is unknown."""

    shown: Found | None
    never: bool


class Asking:
    """Asks about the returns of one ground; sets its facts to those of all questions."""

    def __init__(self, ground: Ground, roots: Iterable[Node], budget: Budget) -> None:
        ground.facts = tuple(dict.fromkeys((*ALWAYS, *facts_below(roots))))
        self._ground = ground
        self._emptiness = Emptiness(ground)
        self._ways = Ways(ground.graph, ground.domain, budget)
        self._finder = Finder(ground)
        self._in_vain = 0

    def never(self, condition: Node) -> bool | None:
        """Whether surely no return makes a condition true; None if that is unknown."""
        try:
            return next(self._found(condition), None) is None
        except TooMuch:
            return None

    def whether(self, condition: Node, bears: Callable[[Numbers], Found | None]) -> Answer[Found]:
        """Looks for a return that meets the condition and for which `bears` returns a result."""
        found: list[Found] = []

        def accepts(numbers: Numbers) -> bool:
            shown = bears(numbers)
            found.extend([] if shown is None else [shown])
            self._in_vain += shown is None
            return shown is not None

        never = True
        ways, draws = (MOST_WAYS, DRAWS) if self._in_vain < MOST_IN_VAIN else (1, 1)
        try:
            for path in islice(self._found(condition), ways):
                never = False
                if self._finder.meeting(path, accepts, draws) is not None:
                    return Answer(found[0], never=False)
        except TooMuch:
            never = False
        return Answer(None, never=never)

    def _found(self, condition: Node) -> Iterator[Path]:
        """Yields the ways to make the condition true that may hold a return."""
        for path in self._ways.of(condition):
            if not self._emptiness.of(path):
                yield path
