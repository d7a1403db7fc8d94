"""Of ranked rows only the best holds, or the first of equal ones."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.meaning.code import worked_out
from engine.meaning.graph import Graph, Node
from engine.meaning.lowering.best import best
from tests.unit.meaning.test_graph import NAMES, Maker

MOST_NODES_A_ROW = 30


@settings(max_examples=150, deadline=None, database=None)
@given(st.integers(0, 2**48), st.booleans())
def test_the_best_of_rows_holds_and_no_other(seed: int, greatest: bool) -> None:
    maker = Maker(Random(seed))
    ranked = [(maker.condition(1)[0], rank(maker)) for _ in range(maker.random.randint(1, 8))]
    found = best(maker.graph, ranked, greatest=greatest)
    work_out = worked_out([*found, *(node for pair in ranked for node in pair)])

    for _ in range(20):
        values = work_out({name: maker.random.randint(-3, 3) for name in NAMES})
        size = len(ranked)
        rows = list(zip(values[size::2], values[size + 1 :: 2], strict=True))
        ranks = [number for when, number in rows if when]
        wanted = (max if greatest else min)(ranks) if ranks else None
        first = next((i for i, (when, each) in enumerate(rows) if when and each == wanted), None)
        assert [i for i, holds in enumerate(values[:size]) if holds] == (
            [] if first is None else [first]
        )


def rank(maker: Maker) -> Node:
    """Draws a rank: mostly a date plus some days, or one of two by a condition."""
    graph, random = maker.graph, maker.random
    number = graph.plus(graph.fact(random.choice(NAMES)), random.randint(-2, 2))
    if random.random() < 0.2:
        return maker.number(2)[0]
    if random.random() < 0.5:
        return number
    known = graph.le(graph.fact(random.choice(NAMES)), graph.const(1))
    return graph.choice(known, number, graph.const(3))


def test_what_is_the_same_for_every_return_is_a_constant() -> None:
    graph = Graph()
    some = graph.le(graph.fact("a"), graph.zero)
    days = [graph.plus(graph.fact("b"), 3), graph.const(5), graph.const(3), graph.fact("c")]
    never, often, always = graph.false, some, graph.true

    found = best(graph, list(zip((never, often, always, never), days, strict=True)), greatest=False)
    assert found == [graph.false, graph.false, graph.true, graph.false]

    found = best(graph, [(often, days[0]), (always, graph.plus(days[0], 1))], greatest=True)
    assert found == [graph.false, graph.true]


RANKS = {
    "one start": lambda graph, n: graph.plus(graph.fact("a"), n),
    "two starts": lambda graph, n: graph.plus(graph.fact(NAMES[n % 2]), n),
    "a start that may be unknown": lambda graph, n: graph.choice(
        graph.unknown("a"), graph.const(10**6), graph.plus(graph.fact("a"), n)
    ),
    "starts of their own": lambda graph, n: graph.fact(f"a{n}"),
}


@pytest.mark.parametrize("kind", RANKS)
def test_the_conditions_grow_with_the_rows_alone(kind: str) -> None:
    def nodes(rows: int) -> int:
        graph = Graph()
        ranked = [(graph.fact(f"is{n}"), RANKS[kind](graph, n)) for n in range(rows)]
        best(graph, [(graph.among(is_, (1,)), rank) for is_, rank in ranked], greatest=True)
        return len(graph)

    assert nodes(400) < 2.2 * nodes(200)
    assert nodes(400) < MOST_NODES_A_ROW * 400
