"""Proves that a region holds no return, as far as dates and sums show it.

It adds up how far numbers can be above each other, along every chain and through their parts. If a
number would have to be below itself, there is no such return. A region is never called empty
without proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from engine.meaning.apart import Apart
from engine.meaning.graph import Node, in_order
from engine.meaning.ground import NEVER_NULL, Ground, facts_below
from engine.meaning.regions import Path, Place
from engine.meaning.sums import out_of_reach

_MOST_CUTS: Final = 16
"""The most parts into which a region is cut; beyond that, gaps between cells are ignored."""
_MARKS: Final = ("absent", "unknown")


class Emptiness:
    """Checks regions of one ground; caches results by their dates and sums."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._always = ground.always
        self._known: dict[frozenset[Place], bool] = {}

    def of(self, path: Path) -> bool:
        """Whether surely no return lies in a region."""
        claims = frozenset(self._claims(path))
        found = self._known.get(claims)
        if found is None:
            found = self._known[claims] = self._contradicts(path, claims)
        return found

    def _claims(self, path: Path) -> Iterator[Place]:
        """Yields the parts of a region about numbers that its returns have, and which facts are
        known."""
        gone = {v.args[0] for v, cells in path if v.op in _MARKS and cells[-1][1]}
        for variable, cells in path:
            if variable.op in _MARKS:
                if not cells[-1][1]:
                    yield variable, cells
            elif not self._is_word(variable) and gone.isdisjoint(facts_below([variable])):
                yield variable, cells

    def _is_word(self, variable: Node) -> bool:
        return variable.truth or self._ground.domain(variable).numbers is not None

    def _contradicts(self, path: Path, claims: frozenset[Place]) -> bool:
        sized = tuple(each for each in path if each in claims and each[0].op not in _MARKS)
        has = {v.args[0] for v, _ in claims if v.op in _MARKS}
        facts = [each for each in in_order([v for v, _ in sized]) if each.op == "fact"]
        there = {each.args[0]: each for each in facts if self._is_there(str(each.args[0]), has)}
        always = [each for each in self._always if there.keys() >= set(facts_below([each[0]]))]
        domains = [(each, self._ground.domain(each)) for each in there.values()]
        always += [(fact, ((domain.low, domain.high),)) for fact, domain in domains]
        if out_of_reach(sized, tuple(always)):
            return True
        zero = self._ground.graph.zero
        return all(Apart((*each, *always), zero).contradict() for each in _cut(sized))

    def _is_there(self, name: str, has: set[object]) -> bool:
        """Whether a fact has a number in every return of the region."""
        if name.endswith("@"):
            return False
        return name in has or name in NEVER_NULL


def _cut(path: Path) -> Iterator[Path]:
    """Yields a region in parts with one range for each number, while there are few."""
    parts, count = list[list[Place]](), 1
    for variable, cells in path:
        few = count * len(cells) <= _MOST_CUTS
        parts.append([(variable, (each,)) for each in cells] if few else [(variable, cells)])
        count *= len(parts[-1])
    return product(*parts)
