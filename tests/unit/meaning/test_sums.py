"""A region that contains a return is never called out of reach of its sums."""

from random import Random

import pytest

from engine.meaning.code import worked_out
from engine.meaning.graph import Graph, Node
from engine.meaning.lowering.amounts import Share
from engine.meaning.sums import out_of_reach
from engine.money import Rounding

NAMES = ("price", "label", "paid")


def amount(graph: Graph, chance: Random, depth: int = 3) -> Node:
    """Draws a sum of facts, shares and numbers."""
    if depth == 0 or chance.random() < 0.2:
        number = graph.const(chance.randint(-50, 50))
        return graph.fact(chance.choice(NAMES)) if chance.random() < 0.8 else number
    one, other = (amount(graph, chance, depth - 1) for _ in range(2))
    kind = chance.choice(("add", "sub", "share", "mul"))
    if kind == "share":
        share = chance.choice((0, 100_000, 333_333, 500_000, 1_500_000))
        return graph.step(Share(share, chance.choice(list(Rounding))), one)
    if kind == "mul":
        return graph.mul(one, graph.const(chance.randint(-3, 3)))
    return graph.add(one, other) if kind == "add" else graph.sub(one, other)


@pytest.mark.parametrize("seed", range(400))
def test_what_a_return_comes_to_is_never_out_of_reach(seed: int) -> None:
    chance, graph = Random(seed), Graph()
    total = amount(graph, chance)
    numbers = {name: chance.randint(0, 40) for name in NAMES}
    (worth,) = worked_out([total])(numbers)
    facts = [(graph.fact(name), ((number, number + 3),)) for name, number in numbers.items()]

    assert not out_of_reach(((total, ((worth, worth),)), *facts), ())
    assert not out_of_reach(((total, ((worth, worth + 5),)),), tuple(facts))


def test_two_halves_of_a_price_take_no_more_than_it_but_for_a_coin() -> None:
    graph = Graph()
    price = graph.fact("price")
    half = graph.step(Share(500_000, Rounding.HALF_UP), price)
    left = graph.sub(price, graph.add(half, half))
    prices = ((price, ((0, 10**15),)),)

    assert out_of_reach(((left, ((-(10**15), -3),)),), prices)
    assert not out_of_reach(((left, ((-(10**15), -1),)),), prices)
