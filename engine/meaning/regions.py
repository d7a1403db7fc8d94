"""Regions of returns: what each variable lies in there, and regions side by side as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from engine.meaning.graph import Node
from engine.meaning.spans import Span, common, covers, union

Place = tuple[Node, Span]
"""A variable, and where it lies."""

Path = tuple[Place, ...]
"""What holds in a region."""

FAR: Final = 10**15
"""No number of a fact that is looked at lies beyond."""


@dataclass(frozen=True, slots=True)
class Region:
    """Returns for which one expression and another are not the same."""

    path: Path
    before: Node
    after: Node


@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers that a variable can take, and how early it is split on."""

    rank: int
    low: int = -FAR
    high: int = FAR
    numbers: tuple[int, ...] | None = None


def both(*paths: Path) -> Path | None:
    """What holds in all regions at once, each variable once; None where nothing can."""
    found: dict[Node, Span] = {}
    for variable, cells in (place for path in paths for place in path):
        found[variable] = common(found[variable], cells) if variable in found else cells
    return tuple(found.items()) if all(found.values()) else None


def merged(regions: Iterable[Region], domain: Callable[[Node], Domain]) -> list[Region]:
    """Regions that differ in one variable alone as one; a variable that may be anything goes."""
    merging = _Merging(regions)
    before = -1
    while len(merging.found) != before:
        before = len(merging.found)
        for variable in merging.variables:
            merging.by(variable, domain(variable))
    return merging.regions()


class _Merging:
    """Places are numbered, so that paths are compared quickly."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._places: list[Place] = []
        self._numbers: dict[Place, int] = {}
        self.found: dict[object, tuple[tuple[int, ...], Node, Node]] = {}
        for each in regions:
            path = tuple([self._number(place) for place in each.path])
            self.found[frozenset(path), each.before, each.after] = path, each.before, each.after
        numbers = [number for path, *_ in self.found.values() for number in path]
        self.variables = list(dict.fromkeys(self._places[number][0] for number in numbers))

    def _number(self, place: Place) -> int:
        found = self._numbers.setdefault(place, len(self._places))
        if found == len(self._places):
            self._places.append(place)
        return found

    def regions(self) -> list[Region]:
        """What is left of them."""
        return [
            Region(tuple([self._places[number] for number in path]), before, after)
            for path, before, after in self.found.values()
        ]

    def by(self, variable: Node, domain: Domain) -> None:
        """Makes those one that differ in where the variable lies alone."""
        its = {number: span for number, (v, span) in enumerate(self._places) if v is variable}
        groups: dict[object, tuple[tuple[int, ...], Node, Node, list[Span | None]]] = {}
        for path, before, after in self.found.values():
            rest = tuple([number for number in path if number not in its])
            key = (frozenset(rest), before, after)
            group = groups.setdefault(key, (rest, before, after, []))
            group[-1].append(next((its[n] for n in path if n in its), None))
        self.found = {}
        for rest, before, after, spans in groups.values():
            known = [span for span in spans if span is not None]
            cells = union(*known) if len(known) == len(spans) else None
            path = rest
            if cells is not None and not _is_all(cells, domain):
                path = (*rest, self._number((variable, cells)))
            self.found[frozenset(path), before, after] = path, before, after


def _is_all(cells: Span, domain: Domain) -> bool:
    if domain.numbers is not None:
        return all(covers(cells, each) for each in domain.numbers)
    return cells == ((domain.low, domain.high),)
