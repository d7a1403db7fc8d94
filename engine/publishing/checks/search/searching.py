"""Finds a return that shows something: starts near it and varies the best returns first.

A score says how near a return is: zero shows it, more is further away. A search is limited by the
number of returns that it tries, never by time, and so finds the same every time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from itertools import count

from engine.decision.rules.row_rules import alternatives
from engine.decision.rules.truth import truth
from engine.policy.model import Condition
from engine.publishing.checks.search.sampler import Sampler, Tried
from engine.publishing.checks.search.values import Given

Score = Callable[[Tried], int]


def searched(
    bench: Sampler,
    starts: Iterable[Given],
    score: Score,
    first: Iterable[str] = (),
    *,
    most: int,
) -> Tried | None:
    """Finds a return whose score is zero; None if none was found among the `most` tried.

    Changes of the facts `first` are tried before others.
    """
    looking = _Search(bench, score, most)
    found = looking.among(starts)
    facts = tuple(first)
    while found is None and looking.waiting and bench.tries < looking.ends:
        found = looking.among(bench.moves(heapq.heappop(looking.waiting)[2], facts))
    return found


class _Search:
    """The returns that were seen, and those that wait to be varied, best first."""

    def __init__(self, bench: Sampler, score: Score, most: int) -> None:
        self.waiting: list[tuple[int, int, Tried]] = []
        self.ends = bench.tries + most
        self._bench = bench
        self._score = score
        self._seen: set[str] = set()
        self._order = count()

    def among(self, returns: Iterable[Given]) -> Tried | None:
        """Returns the first return that shows it; the others wait."""
        for given in returns:
            tried = self._tried(given)
            if tried is not None:
                far = self._score(tried)
                if far == 0:
                    return tried
                heapq.heappush(self.waiting, (far, next(self._order), tried))
            if self._bench.tries >= self.ends:
                return None
        return None

    def _tried(self, given: Given) -> Tried | None:
        key = repr(sorted(given.items(), key=lambda each: each[0]))
        if key in self._seen:
            return None
        self._seen.add(key)
        return self._bench.tried(given)


def unmet(bench: Sampler, *conditions: Condition) -> Score:
    """Scores a return by how many tests of each condition fail, in its nearest alternative."""
    numbers = bench.compiled.slots.leaf
    each = [
        [[truth(leaf, *numbers(leaf)) for leaf in tests] for tests in alternatives(one) or ()]
        for one in conditions
    ]

    def score(tried: Tried) -> int:
        values = tried.evaluation.facts.values
        found = [[sum(t(values) is not True for t in tests) for tests in one] for one in each]
        return sum(min(one, default=9) for one in found)

    return score
