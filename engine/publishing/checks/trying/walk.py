"""Walks returns over the edges of every test: all of them where they are few, else a sample.

The sample is every pair of values once, as far as it goes, and then drawn with a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

from engine.policy.vocabulary import FactType
from engine.publishing.checks.trying.bench import Bench, Tried, changed, toggled
from engine.publishing.checks.trying.values import Given, day_of, shifted

Axis = Sequence[Given]
"""The changes among which one fact of a return is chosen."""


@dataclass(slots=True)
class Walk:
    """How a set of returns is gone through; `most` are tried, all of them or a sample.

    With `days` each is also moved to the edges of its clocks. `missed` counts the cells of which no
    return could be made.
    """

    bench: Bench
    axes: list[Axis]
    days: bool
    most: int
    missed: int = 0

    @property
    def complete(self) -> bool:
        """Whether every cell is walked."""
        return prod(len(axis) for axis in self.axes) <= self.most // (10 if self.days else 1)

    def returns(self, seed: Given) -> Iterator[Tried]:
        """Every return that is walked, as it was decided."""
        ends = self.bench.tries + self.most
        for changes in self._cells():
            if self.bench.tries >= ends:
                return
            tried = self.bench.tried(self._made(seed, changes))
            if tried is None:
                self.missed += 1
                continue
            yield tried
            if self.days:
                yield from self._on_other_days(tried)

    def _made(self, seed: Given, changes: Sequence[Given]) -> Given:
        """The return of a cell; the first date takes the whole life of the return along."""
        given, moved = seed, False
        for change in changes:
            ((name, value),) = change.items()
            before, after = day_of(given.get(name)), day_of(value)
            if not moved and name in self.bench.dates and before and after:
                given = changed(given, shifted(given, self.bench.dates, after - before))
                moved = True
            given = changed(given, _words(given, change))
        return given

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
        left = self.most
        for one, other in combinations(range(len(self.axes)), 2):
            for pair in product(self.axes[one], self.axes[other]):
                if left > self.most // 2:
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
