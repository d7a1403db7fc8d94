"""The numbers worked out for a test of a sum of one fact are exactly those that pass it."""

from random import Random

import pytest

from engine.meaning.code import worked_out
from engine.meaning.graph import Graph, Node
from engine.meaning.lowering.amounts import Share
from engine.meaning.pieces import Unsolved, numbers_for, pieces_of
from engine.meaning.spans import covers
from engine.money import Rounding

LAST = 1_500


def amount(graph: Graph, chance: Random, depth: int = 3) -> Node:
    """Draws an expression of one price: sums, shares, and the greater or lesser of two."""
    if depth == 0 or chance.random() < 0.2:
        price = graph.fact("price")
        return price if chance.random() < 0.7 else graph.const(chance.randint(-50, 300))
    one, other = (amount(graph, chance, depth - 1) for _ in range(2))
    kind = chance.choice(("add", "sub", "share", "share", "mul", "max", "min", "div"))
    if kind == "share":
        millionths = chance.choice((0, 100_000, 200_000, 333_333, 500_000, 1_500_000))
        return graph.step(Share(millionths, chance.choice(list(Rounding))), one)
    if kind == "mul":
        return graph.mul(one, graph.const(chance.randint(-3, 3)))
    if kind == "div":
        return graph.floored(one, chance.randint(1, 4))
    ways = {"add": graph.add, "sub": graph.sub, "max": graph.greatest, "min": graph.least}
    return ways[kind](one, other)


def asked(graph: Graph, chance: Random) -> Node:
    """Draws a test of it: at most a number, or one of some numbers."""
    found = amount(graph, chance)
    if chance.random() < 0.6:
        return graph.le(found, graph.const(chance.randint(-50, 300)))
    return graph.among(found, [chance.randint(-20, 300) for _ in range(chance.randint(1, 3))])


@pytest.mark.parametrize("seed", range(300))
def test_a_test_holds_for_the_numbers_worked_out_for_it(seed: int) -> None:
    graph = Graph()
    test = asked(graph, Random(seed))
    test = test.parts[0] if test.op == "not" else test
    if test.op == "bool":
        assert not test.parts
        return

    span = numbers_for(test, pieces_of(test.args[0], 0, LAST))

    passes = worked_out([test])
    for price in range(LAST + 1):
        assert passes({"price": price})[0] == covers(span, price), (price, span)


def test_where_a_cap_binds_is_found_far_out() -> None:
    graph = Graph()
    share = graph.step(Share(200_000, Rounding.HALF_UP), graph.fact("price"))
    capped = graph.least(share, graph.const(5_000))
    test = graph.le(capped, graph.const(4_999))

    assert numbers_for(test, pieces_of(test.args[0], 0, 10**9)) == ((0, 24_997),)


def test_what_is_never_the_same_twice_is_not_solved() -> None:
    graph = Graph()
    ways = (Rounding.HALF_UP, Rounding.HALF_EVEN)
    up, even = (graph.step(Share(25_000, way), graph.fact("price")) for way in ways)
    test = graph.among(graph.sub(up, even), (0,))

    with pytest.raises(Unsolved):
        numbers_for(test, pieces_of(test.args[0], 0, 10**9))
