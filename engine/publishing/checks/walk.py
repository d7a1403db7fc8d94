"""Walks returns over the edges of every test: all of them where they are few, else a sample.

The sample is every pair of values once, as far as it goes, and then drawn with a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import Final

from engine.policy.vocabulary import FactType
from engine.publishing.checks.bench import Bench, Tried, changed, toggled
from engine.publishing.checks.values import Given

MOST_CELLS: Final = 12_000
"""Returns of which all are walked; of more a sample is taken."""
SAMPLE: Final = 3_000

Axis = Sequence[Given]
"""The changes among which one fact of a return is chosen."""


@dataclass(slots=True)
class Walk:
    """How a set of returns is gone through; `complete` when no cell is left out."""

    bench: Bench
    axes: list[Axis]
    days: bool

    @property
    def complete(self) -> bool:
        """Whether every cell is walked."""
        return prod(len(axis) for axis in self.axes) <= MOST_CELLS

    def returns(self, seed: Given) -> Iterator[Tried]:
        """Every return that is walked, as it was decided."""
        for changes in self._cells():
            given = seed
            for change in changes:
                given = changed(given, _words(given, change))
            tried = self.bench.tried(given)
            if tried is None:
                continue
            yield tried
            if self.days:
                yield from self._on_other_days(tried)

    def _on_other_days(self, tried: Tried) -> Iterator[Tried]:
        for change in self.bench.clock_moves(tried):
            other = self.bench.tried(changed(tried.given, change))
            if other is not None:
                yield other

    def _cells(self) -> Iterator[tuple[Given, ...]]:
        if self.complete:
            yield from product(*self.axes)
            return
        draw = random.Random(20_250_101)  # noqa: S311 - the same returns every time
        left = SAMPLE
        for one, other in combinations(range(len(self.axes)), 2):
            for pair in product(self.axes[one], self.axes[other]):
                if left > SAMPLE // 2:
                    left -= 1
                    yield pair
        for _ in range(left):
            yield tuple(draw.choice(axis) for axis in self.axes)


def axes_of(bench: Bench, facts: frozenset[str]) -> list[Axis]:
    """One axis for each fact that matters, and one for each word of a set."""
    found: list[Axis] = []
    for fact in bench.facts:
        if fact.name not in facts:
            continue
        if fact.type is FactType.SET:
            words = bench.members.get(fact.name, ())
            found += [[{fact.name: (word, there)} for there in (True, False)] for word in words]
        else:
            values: list[Given] = [{fact.name: value} for value in bench.values.of(fact)]
            found += [values] if len(values) > 1 else []
    return found


def _words(given: Given, change: Given) -> Given:
    """A change of a set as the list that it leads to."""
    ((name, value),) = change.items()
    if isinstance(value, tuple):
        return toggled(given, name, str(value[0]), there=bool(value[1]))
    return change
