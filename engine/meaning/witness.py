"""Finds a return in a region: changes facts until every variable lies in its span.

If it finds none, that proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Final

from engine.dates import FIRST_DAY, LAST_DAY
from engine.meaning.code import Worked, worked_out
from engine.meaning.graph import Graph, Node, in_order
from engine.meaning.ground import Ground
from engine.meaning.regions import Path, Place
from engine.meaning.spans import Span, covers
from engine.meaning.values import ABSENT, UNKNOWN
from engine.meaning.variables import inside
from engine.policy.vocabulary import FactType
from engine.policy.words import USUAL_WORDS

Numbers = dict[str, int]

STARTS: Final = 30
DRAWS: Final = 400
MOVES: Final = 60
_PRICE: Final = 10_000
_MOST_WORDS: Final = 6
"""The most words of a set in the return from which the search starts."""
_FAR: Final = 10**6
_NO_NUMBER: Final = (UNKNOWN, ABSENT)


def lies(graph: Graph, variable: Node, cells: Span) -> Node:
    """Returns the condition that a variable lies in a span."""
    if variable.truth:
        return variable if cells[0][0] == 1 else graph.no(variable)
    return inside(graph, variable, cells)


class Finder:
    """Finds returns of one ground; every run finds the same ones."""

    usual: Mapping[str, int] = {"ordered": 0, "delivered": 3, "requested": 10}
    """The day on which the search starts for each date, in days after the order."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._random = Random(7)  # noqa: S311 - the same returns every time
        self._names: dict[Node, list[str]] = {}
        self._kinds = [(name, ground.fact(name).type) for name in ground.facts]
        self._words = {
            name: _words(name, ground) for name, kind in self._kinds if kind is FactType.SET
        }
        self._none = {word: 0 for words in self._words.values() for word in words}
        self._always = ground.always
        self._in_reach = tuple(dict.fromkeys((*self._always, *self._dates(), *ground.in_force)))
        """What every tried return keeps: the guarantees of intake, dates in the calendar, and the
        days of the policies."""
        self._of_reach = worked_out([variable for variable, _ in self._in_reach])

    def _dates(self) -> Iterator[Place]:
        for name in (name for name, kind in self._kinds if kind is FactType.DATE):
            fact = self.ground.graph.fact(name)
            domain = self.ground.domain(fact)
            yield fact, ((domain.low, domain.high),)

    def plainest(self, numbers: Numbers, accepts: Callable[[Numbers], bool]) -> Numbers:
        """Returns a return without what is random in it, as far as `accepts` takes it."""
        for change in self._plainer(numbers):
            other = numbers | change
            if other != numbers and self._reachable(other) and accepts(other):
                numbers = other
        return numbers

    def _reachable(self, numbers: Numbers) -> bool:
        """Whether a return keeps what every tried return keeps."""
        kept = zip(self._in_reach, self._of_reach(numbers), strict=True)
        return all(
            covers(cells, int(number)) or self._unseen(variable, numbers)
            for (variable, cells), number in kept
        )

    def _plainer(self, numbers: Numbers) -> Iterator[Numbers]:
        """Yields changes: all days as early as they may be, sets with fewer words, usual words."""
        dates = [name for name, kind in self._kinds if kind is FactType.DATE]
        days = {name: numbers[name] for name in dates if numbers[name] not in _NO_NUMBER}
        early = self.ground.first_day - days.get("ordered", self.ground.first_day)
        yield {name: each + early for name, each in days.items()}
        for name, kind in self._kinds:
            if kind is FactType.SET:
                yield {name: 1, **dict.fromkeys(self._words[name], 0)}
                yield from ({word: 0} for word in self._words[name] if numbers.get(word))
            elif kind is FactType.YES_NO:
                yield {name: 0}
            elif kind is FactType.WORD:
                usual = (w for w in USUAL_WORDS if w in self.ground.book.of.get(name, ()))
                yield from ({name: self.ground.book.number(word)} for word in usual)

    def meeting(
        self, path: Path, accepts: Callable[[Numbers], bool], draws: int = DRAWS
    ) -> Numbers | None:
        """Returns facts in a region that `accepts` takes; None if none were found."""
        wanted = (*path, *self._in_reach)
        work_out = self._reader(path)
        reached = 0
        for tried in range(draws):
            numbers = self._moved(self._begun(path), wanted, work_out)
            if numbers is not None and accepts(numbers):
                return numbers
            reached += numbers is not None
            if not reached and tried > STARTS:
                break
        return None

    # --- moving -----------------------------------------------------------------------------------

    def _begun(self, path: Path) -> Numbers:
        """Returns a usual return, changed to what a path demands of single facts."""
        numbers = self._start()
        for variable, cells in path:
            if variable.op == "fact" and not covers(cells, numbers.get(variable.args[0], 0)):
                name = variable.args[0]
                numbers[name] = self._target(cells, numbers.get(name, 0))
        return numbers

    def _start(self) -> Numbers:
        """Returns a usual return with random words."""
        chance, ground = self._random, self.ground
        ordered = ground.first_day + chance.randint(0, 700)
        found: Numbers = dict(self._none)
        for name, kind in self._kinds:
            if kind is FactType.YES_NO:
                found[name] = chance.randint(0, 1)
            elif kind is FactType.SET:
                words = self._words[name]
                few = chance.sample(words, chance.randint(0, min(_MOST_WORDS, len(words))))
                found |= {name: 1, **dict.fromkeys(few, 1)}
            elif kind is FactType.DATE:
                found[name] = ordered + self.usual.get(name, 10 + chance.randint(0, 5))
            elif kind is FactType.WORD:
                found[name] = chance.choice(ground.words(name))
            else:
                found[name] = _PRICE if kind is FactType.MONEY else chance.randint(1, 3)
        return found

    def _reader(self, path: Path) -> Worked:
        """Returns a function for the variables of a path and those of every return."""
        sums = [variable for variable, _ in path if variable.parts]
        of_sums: Worked = worked_out(sums) if sums else lambda _: ()

        def read(numbers: Mapping[str, int]) -> tuple[int, ...]:
            worked = iter(of_sums(numbers))
            own = [next(worked) if v.parts else _value_of(v, numbers) for v, _ in path]
            return (*own, *self._of_reach(numbers))

        return read

    def _moved(self, numbers: Numbers, wanted: Path, work_out: Worked) -> Numbers | None:
        for _ in range(MOVES):
            now = zip(wanted, work_out(numbers), strict=True)
            wrong = [
                (variable, cells, int(number))
                for (variable, cells), number in now
                if not covers(cells, int(number)) and not self._unseen(variable, numbers)
            ]
            if not wrong:
                return numbers
            variable, cells, number = self._random.choice(wrong)
            self._move(variable, self._target(cells, number) - number, numbers)
        return None

    def _unseen(self, variable: Node, numbers: Numbers) -> bool:
        """Whether a variable depends on a date without a value, so that no test reads it."""
        if variable.truth:
            return False
        names = self._names.get(variable)
        if names is None:
            below = in_order([variable])
            names = self._names[variable] = [each.args[0] for each in below if each.op == "fact"]
        return any(numbers.get(name, UNKNOWN) in _NO_NUMBER for name in names)

    def _target(self, cells: Span, number: int) -> int:
        """Returns a number within the cells: mostly the nearest, sometimes a random end."""
        low, high = min(cells, key=lambda cell: max(cell[0] - number, number - cell[1]))
        if self._random.random() < 0.3:
            low, high = self._random.choice(cells)
            near = (end for end in (low, high) if abs(end) < _FAR * 100)
            ends = [end for end in near if end not in (FIRST_DAY, LAST_DAY)]
            return self._random.choice(ends or [low if number < low else high])
        return low if number < low else high

    def _move(self, node: Node, by: int, numbers: Numbers) -> None:
        """Changes the facts below an expression so that it moves about as far as wanted."""
        op, args = node.op, node.args
        if op == "fact":
            now = numbers.get(args[0], 0)
            numbers[args[0]] = (numbers.get("requested", 0) if now in _NO_NUMBER else now) + by
        elif op == "absent":
            own = numbers.get("requested", 0) if numbers.get(args[0]) == ABSENT else ABSENT
            numbers[args[0]] = own
        else:
            numbered = [each for each in node.parts if not each.truth and each.op != "const"]
            if numbered:
                part = self._random.choice(numbered)
                self._move(part, _share_of(node, part, by), numbers)


def _share_of(node: Node, part: Node, by: int) -> int:
    """Returns how far a part must move so that the expression moves by `by`."""
    op, args = node.op, node.args
    if op == "sub" and part is args[1]:
        return -by
    if op == "mul" and args[1].op == "const":
        return int(by // args[1].value) or (1 if by > 0 else -1)
    if op == "div":
        return int(by * args[1].value)
    return _before_step(args[0], by) if op == "step" else by


def _before_step(step: object, by: int) -> int:
    """Returns how far to move the input of a step so that its output moves by about `by`."""
    millionths = getattr(step, "millionths", 0)
    if millionths:
        return by * 1_000_000 // millionths
    name = type(step).__name__
    if name in ("EndOfDay", "DayOf"):
        return by // 86_400 if name == "EndOfDay" else by * 86_400
    return by


def _value_of(variable: Node, numbers: Mapping[str, int]) -> int:
    """Returns the number of a fact, or 1 or 0 for whether it is unknown or absent."""
    number = numbers.get(variable.args[0], UNKNOWN)
    marks = {"unknown": UNKNOWN, "absent": ABSENT}
    return int(number == marks[variable.op]) if variable.truth else number


def _words(name: str, ground: Ground) -> list[str]:
    """Returns the words of a set that a policy names, as facts `NAME#word`."""
    return [f"{name}#{word}" for word in ground.book.of.get(name, ())]
