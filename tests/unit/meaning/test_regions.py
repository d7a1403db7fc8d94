"""Merging keeps every return in exactly the region that it was in, and leaves nothing to merge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from random import Random

import pytest

from engine.meaning.graph import Graph, Node
from engine.meaning.regions import FAR, Domain, Merging, Region, merged
from engine.meaning.spans import Span, covers, union

GRAPH = Graph()
FACTS = [GRAPH.fact(name) for name in ("word", "flag", "count")]
DOMAINS = {
    FACTS[0]: Domain(0, numbers=(-1, 2, 3, 7)),
    FACTS[1]: Domain(1, numbers=(0, 1)),
    FACTS[2]: Domain(2, low=0, high=FAR),
}
NUMBERS = {FACTS[0]: (-1, 2, 3, 7), FACTS[1]: (0, 1), FACTS[2]: (0, 1, 4, 5, 9, FAR)}
ENDS = [GRAPH.const(number) for number in range(3)]


def drawn(random: Random) -> Iterator[Region]:
    """Regions without a return in common: each return belongs to one, or to none."""
    spans = [list(_cut(fact, random)) for fact in FACTS]
    for cells in product(*spans):
        ends = random.choice(ENDS[:2])
        if random.random() < 0.8:
            yield Region(tuple(zip(FACTS, cells, strict=True)), ends, ENDS[2])


def _cut(fact: Node, random: Random) -> Iterator[Span]:
    """Cuts a domain into spans."""
    if fact is FACTS[2]:
        yield from (((0, 1),), ((2, 4),), ((5, FAR),))
        return
    parts: dict[int, list[int]] = {}
    for number in NUMBERS[fact]:
        parts.setdefault(random.randrange(3), []).append(number)
    yield from (union((each, each) for each in part) for part in parts.values())


def at(regions: list[Region], one: tuple[int, ...]) -> list[tuple[Node, Node]]:
    """What the regions that a return lies in say of it."""
    numbers = dict(zip(FACTS, one, strict=True))
    inside = [r for r in regions if all(covers(cells, numbers[v]) for v, cells in r.path)]
    return [(each.before, each.after) for each in inside]


RETURNS = list(product(*NUMBERS.values()))


@pytest.mark.parametrize("seed", range(60))
def test_every_return_stays_in_its_region(seed: int) -> None:
    before = list(drawn(Random(seed)))

    after = merged(before, DOMAINS.__getitem__)

    assert [at(after, one) for one in RETURNS] == [at(before, one) for one in RETURNS]
    assert len(after) <= len(before)


@pytest.mark.parametrize("seed", range(60))
def test_no_two_regions_are_left_that_differ_in_one_variable_only(seed: int) -> None:
    after = merged(drawn(Random(seed)), DOMAINS.__getitem__)

    for one, other in combinations(after, 2):
        if (one.before, one.after) == (other.before, other.after):
            places, others = dict(one.path), dict(other.path)
            unlike = [f for f in FACTS if places.get(f) != others.get(f)]
            assert len(unlike) > 1, (one, other)


@pytest.mark.parametrize("seed", range(60))
def test_regions_of_a_span_lie_within_it(seed: int) -> None:
    random = Random(seed)
    variable = random.choice(FACTS)
    spans = list(_cut(variable, random))
    found = [list(drawn(random)) for _ in spans]
    merging = Merging(DOMAINS.__getitem__, lambda _: None)
    merging.meet(variable)
    ways = [(span, [merging.key(r) for r in one]) for span, one in zip(spans, found, strict=True)]

    joined = merging.regions(merging.joined(variable, ways))

    for one in RETURNS:
        number = one[FACTS.index(variable)]
        mine = [r for span, r in zip(spans, found, strict=True) if covers(span, number)]
        assert at(joined, one) == [end for regions in mine for end in at(regions, one)]
