"""Whether any return makes a condition true: shown by one, proven that none does, or not known."""

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
"""Ways in which a return is looked for before it is not known whether there is one."""
DRAWS: Final = 10
"""Returns that are made of one way."""
MOST_IN_VAIN: Final = 400
"""Returns that showed nothing, after which one is made for each question, and no more."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[Found]):
    """What shows it, or that nothing can; neither where it is not known."""

    shown: Found | None
    never: bool


class Asking:
    """Asks about returns of one ground; its facts are those of every question."""

    def __init__(self, ground: Ground, roots: Iterable[Node], budget: Budget) -> None:
        ground.facts = tuple(dict.fromkeys((*ALWAYS, *facts_below(roots))))
        self._ground = ground
        self._emptiness = Emptiness(ground)
        self._ways = Ways(ground.graph, ground.domain, budget)
        self._finder = Finder(ground)
        self._in_vain = 0

    def never(self, condition: Node) -> bool | None:
        """Whether surely no return makes it true; None where that is not known."""
        try:
            return next(self._found(condition), None) is None
        except TooMuch:
            return None

    def whether(self, condition: Node, bears: Callable[[Numbers], Found | None]) -> Answer[Found]:
        """A return of the condition for which `bears` gives what shows it."""
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
        """The ways in which some return may lie."""
        for path in self._ways.of(condition):
            if not self._emptiness.of(path):
                yield path
