"""Regions of returns, given by the span of each variable; merges adjacent regions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.meaning.graph import Node
from engine.meaning.spans import Span, common, union

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

    @property
    def whole(self) -> Span:
        """All numbers that it can have."""
        if self.numbers is None:
            return ((self.low, self.high),)
        return union((each, each) for each in self.numbers)


def both(*paths: Path) -> Path | None:
    """Intersects regions, each variable once; returns None if nothing is left."""
    found: dict[Node, Span] = {}
    for variable, cells in (place for path in paths for place in path):
        found[variable] = common(found[variable], cells) if variable in found else cells
    return tuple(found.items()) if all(found.values()) else None


def merged(regions: Iterable[Region], domain: Callable[[Node], Domain]) -> list[Region]:
    """Merges regions that differ in one variable only; drops variables that may be anything."""
    merging = Merging(domain, lambda _: None)
    return merging.regions([merging.key(each) for each in regions])


Key = tuple[int, Node, Node]
"""The places of a region, a bit for each, and both expressions there."""


class Merging:
    """Merges regions; places are numbered, so that regions can be compared quickly.

    A region has at most one place of each variable. `count` is told of the regions that are joined,
    and may stop it.
    """

    def __init__(self, domain: Callable[[Node], Domain], count: Callable[[int], None]) -> None:
        self._domain = domain
        self._count = count
        self._places: list[Place] = []
        self._bits: dict[Place, int] = {}
        self._of: dict[Node, int] = {}
        """The places of each variable, the first variable first."""

    def meet(self, variable: Node) -> None:
        """Makes a variable come before those that are met later, in every region."""
        self._of.setdefault(variable, 0)

    def key(self, region: Region) -> Key:
        """Numbers the places of a region."""
        places = 0
        for variable, cells in region.path:
            self.meet(variable)
            places |= self._bit(variable, cells)
        return places, region.before, region.after

    def regions(self, keys: Collection[Key]) -> list[Region]:
        """Returns the regions, merged until no two differ in one variable only."""
        before = -1
        while len(keys) != before:
            before = len(keys)
            for variable in self._of:
                keys = self.joined(variable, [(self._domain(variable).whole, keys)])
        return [Region(tuple(self._path(places)), *ends) for places, *ends in keys]

    def joined(self, variable: Node, ways: Iterable[tuple[Span, Collection[Key]]]) -> list[Key]:
        """Joins the regions found within spans of a variable: those that are alike in everything
        else become one."""
        its, spans = self._of[variable], list[Span]()
        within: dict[Key, int] = {}
        for span, keys in ways:
            self._count(len(keys))
            known: dict[int, int] = {}
            for places, before, after in keys:
                own = places & its
                at = known.get(own)
                if at is None:
                    at = known[own] = 1 << len(spans)
                    spans.append(common(span, self._cells(own)) if own else span)
                key = (places ^ own, before, after)
                within[key] = within.get(key, 0) | at
        bits = {some: self._bit_of(variable, spans, some) for some in set(within.values())}
        found = [(key, bits[some]) for key, some in within.items()]
        return [(key[0] | bit, key[1], key[2]) for key, bit in found if bit is not None]

    def _bit_of(self, variable: Node, spans: Sequence[Span], some: int) -> int | None:
        """Returns the place of a variable within some of the spans: no bit for anywhere, and None
        for nowhere."""
        cells = union(*(span for at, span in enumerate(spans) if some >> at & 1))
        if cells == self._domain(variable).whole:
            return 0
        return self._bit(variable, cells) if cells else None

    def _bit(self, variable: Node, cells: Span) -> int:
        place = (variable, cells)
        bit = self._bits.get(place)
        if bit is None:
            bit = self._bits[place] = 1 << len(self._places)
            self._places.append(place)
            self._of[variable] |= bit
        return bit

    def _cells(self, bit: int) -> Span:
        return self._places[bit.bit_length() - 1][1]

    def _path(self, places: int) -> Iterator[Place]:
        for variable, its in self._of.items():
            if own := places & its:
                yield variable, self._cells(own)
