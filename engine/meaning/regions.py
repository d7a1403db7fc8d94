"""Regions of returns, given by the span of each variable; merges adjacent regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from engine.meaning.graph import Node
from engine.meaning.spans import Span, common, covers, union

Place = tuple[Node, Span]
"""A variable and the span in which it lies."""

Path = tuple[Place, ...]
"""All that holds in a region."""

FAR: Final = 10**30
"""No number of a fact, and no product of two, lies beyond this."""


@dataclass(frozen=True, slots=True)
class Region:
    """A set of returns for which two expressions differ."""

    path: Path
    before: Node
    after: Node


@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers that a variable can have; the lowest `rank` is split on first."""

    rank: int
    low: int = -FAR
    high: int = FAR
    numbers: tuple[int, ...] | None = None


def both(*paths: Path) -> Path | None:
    """Intersects regions, each variable once; returns None if nothing is left."""
    found: dict[Node, Span] = {}
    for variable, cells in (place for path in paths for place in path):
        found[variable] = common(found[variable], cells) if variable in found else cells
    return tuple(found.items()) if all(found.values()) else None


def merged(regions: Iterable[Region], domain: Callable[[Node], Domain]) -> list[Region]:
    """Merges regions that differ in one variable only; drops variables that may be anything."""
    merging = _Merging(regions)
    before = -1
    while len(merging.found) != before:
        before = len(merging.found)
        for variable in merging.variables:
            merging.by(variable, domain(variable))
    return merging.regions()


Key = tuple[frozenset[int], Node, Node]


class _Merging:
    """Merges regions; places are numbered, so that paths can be compared quickly."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._places: list[Place] = []
        self._numbers: dict[Place, int] = {}
        self._of: dict[Node, dict[int, Span]] = {}
        self.found: dict[Key, tuple[int, ...]] = {}
        for each in regions:
            self._put(tuple([self._number(place) for place in each.path]), each.before, each.after)
        numbers = [number for path in self.found.values() for number in path]
        self.variables = list(dict.fromkeys(self._places[number][0] for number in numbers))

    def _number(self, place: Place) -> int:
        found = self._numbers.setdefault(place, len(self._places))
        if found == len(self._places):
            self._places.append(place)
            self._of.setdefault(place[0], {})[found] = place[1]
        return found

    def _put(self, path: tuple[int, ...], before: Node, after: Node) -> None:
        self.found[frozenset(path), before, after] = path

    def regions(self) -> list[Region]:
        """Returns the merged regions."""
        return [
            Region(tuple([self._places[number] for number in path]), before, after)
            for (_, before, after), path in self.found.items()
        ]

    def by(self, variable: Node, domain: Domain) -> None:
        """Merges the regions that differ only in the span of one variable."""
        its = self._of[variable]
        groups: dict[Key, list[Key]] = {}
        for key in self.found:
            if not its.keys().isdisjoint(key[0]):
                rest = key[0].difference(its)
                groups.setdefault((rest, key[1], key[2]), []).append(key)
        for rest_of, keys in groups.items():
            spans = [its[number] for key in keys for number in key[0] if number in its]
            cells, anywhere = union(*spans), rest_of in self.found
            if len(keys) == 1 and not anywhere and not _is_all(cells, domain):
                continue
            paths = [self.found.pop(key) for key in keys]
            path = tuple([number for number in paths[0] if number not in its])
            if not anywhere and not _is_all(cells, domain):
                path = (*path, self._number((variable, cells)))
            self._put(path, rest_of[1], rest_of[2])


def _is_all(cells: Span, domain: Domain) -> bool:
    if domain.numbers is not None:
        return all(covers(cells, each) for each in domain.numbers)
    return cells == ((domain.low, domain.high),)
