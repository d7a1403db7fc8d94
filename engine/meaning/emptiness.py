"""Whether no return at all can lie in a region, as far as dates and sums show it.

How far numbers can be above each other is added up along every chain, and through what they are
made of; a chain that leads back to its start with less than nothing cannot be. What it does not
see through is never called empty.
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
from engine.policy.vocabulary import FactType

_MOST_CUTS: Final = 16
"""Parts of a region that are looked at one by one; else what lies between some cells counts too."""
_MARKS: Final = ("absent", "unknown")


class Emptiness:
    """Of the regions of one ground; what was seen of some dates and sums is remembered."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._always = ground.always
        self._known: dict[frozenset[Place], bool] = {}

    def of(self, path: Path) -> bool:
        """Whether surely no return lies in a region."""
        told = frozenset(self._told(path))
        found = self._known.get(told)
        if found is None:
            found = self._known[told] = self._contradicts(path, told)
        return found

    def _told(self, path: Path) -> Iterator[Place]:
        """What a region says of numbers that its returns have, and which facts have one."""
        gone = {v.args[0] for v, cells in path if v.op in _MARKS and cells[-1][1]}
        for variable, cells in path:
            if variable.op in _MARKS:
                if not cells[-1][1]:
                    yield variable, cells
            elif not self._is_word(variable) and gone.isdisjoint(facts_below([variable])):
                yield variable, cells

    def _is_word(self, variable: Node) -> bool:
        return variable.truth or self._ground.domain(variable).numbers is not None

    def _contradicts(self, path: Path, told: frozenset[Place]) -> bool:
        sized = tuple(each for each in path if each in told and each[0].op not in _MARKS)
        has = {v.args[0] for v, _ in told if v.op in _MARKS}
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
        """Whether a fact has a number wherever a region looks at it."""
        if name.endswith("@"):
            return False
        dated = self._ground.fact(name).type is FactType.DATE
        return not dated or name in has or name in NEVER_NULL


def _cut(path: Path) -> Iterator[Path]:
    """A region in parts, each of one range of a number."""
    parts, count = list[list[Place]](), 1
    for variable, cells in path:
        few = count * len(cells) <= _MOST_CUTS
        parts.append([(variable, (each,)) for each in cells] if few else [(variable, cells)])
        count *= len(parts[-1])
    return product(*parts)
