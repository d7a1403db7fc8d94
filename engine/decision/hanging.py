"""Finds the unknown facts on which something of a line depends, from the tree of its cases.

A fact matters if two of its values, with the same values of all other facts, lead to a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

Outcome = TypeVar("Outcome")

_MOST_COMPARED: Final = 20_000
"""The most pairs of branches that are compared; beyond them, a fact is taken to matter."""


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A case in which no more facts are supposed, with its outcome."""

    outcome: Any


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The cases of one fact, by its supposed values; `kinds` returns all values of each kind."""

    slot: int
    fact: str
    branches: tuple[tuple[int, Branch], ...]
    kinds: Callable[[], Mapping[int, frozenset[int]]]


Branch = Leaf | Split
_Within = Mapping[int, frozenset[int]]
"""The values that are left for slots."""


def hangs_on(tree: Branch, read: Callable[[Any], object]) -> frozenset[str]:
    """Returns the facts on which depends what is read of the outcomes of a tree."""
    return _Reading(read).facts(tree)


@dataclass(slots=True, eq=False)
class _Reading:
    """Compares the branches of a tree by what is read of their outcomes."""

    read: Callable[[Any], object]
    _seen: dict[int, tuple[Branch, frozenset[object]]] = field(default_factory=dict)
    _kinds: dict[int, Mapping[int, frozenset[int]]] = field(default_factory=dict)
    _left: int = _MOST_COMPARED

    def facts(self, tree: Branch) -> frozenset[str]:
        """Returns the facts below a tree of which two values differ."""
        found: set[str] = set()
        for split in _splits(tree):
            if split.fact not in found and len(self._values(split)) > 1 and self._matters(split):
                found.add(split.fact)
        return frozenset(found)

    def _matters(self, split: Split) -> bool:
        branches = [branch for _, branch in split.branches]
        return any(
            self._differ(one, other, {})
            for place, one in enumerate(branches)
            for other in branches[:place]
        )

    def _differ(self, one: Branch, other: Branch, within: _Within) -> bool:
        """Whether two branches read differently for the same values of all facts."""
        if one is other:
            return False
        mine, theirs = self._values(one), self._values(other)
        if len(mine | theirs) == 1:
            return False
        self._left -= 1
        if mine.isdisjoint(theirs) or self._left < 0:
            return True
        if isinstance(one, Leaf):
            one, other = other, one
        assert isinstance(one, Split)  # noqa: S101 - two leaves are alike or disjoint
        return any(
            self._differ(branch, other, {**within, one.slot: values})
            for branch, values in self._open(one, within)
        )

    def _open(self, split: Split, within: _Within) -> Iterator[tuple[Branch, frozenset[int]]]:
        """Yields the branches that are possible within some values, each with what is left."""
        kinds = self._kinds.get(id(split))
        if kinds is None:
            kinds = self._kinds[id(split)] = split.kinds()
        left = within.get(split.slot)
        for value, branch in split.branches:
            values = kinds[value] if left is None else kinds[value] & left
            if values:
                yield branch, values

    def _values(self, branch: Branch) -> frozenset[object]:
        """Returns everything that is read below a branch."""
        found = self._seen.get(id(branch))
        if found is None:
            if isinstance(branch, Leaf):
                values = frozenset((self.read(branch.outcome),))
            else:
                values = frozenset().union(*(self._values(each) for _, each in branch.branches))
            found = self._seen[id(branch)] = (branch, values)
        return found[1]


def _splits(tree: Branch) -> Iterator[Split]:
    """Yields every split of a tree once."""
    left, seen = [tree], set()
    while left:
        branch = left.pop()
        if isinstance(branch, Split) and id(branch) not in seen:
            seen.add(id(branch))
            yield branch
            left += [each for _, each in branch.branches]
