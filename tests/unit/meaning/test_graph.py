"""Simplifying an expression never changes its value."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.meaning.code import worked_out
from engine.meaning.graph import Graph, Node
from engine.meaning.variables import put

NAMES = ("a", "b", "c")
Pair = tuple[Node, str]
"""An expression, and the same as Python source without simplification."""


class Maker:
    """Makes random expressions together with their plain Python source."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.graph = Graph()

    def number(self, depth: int) -> Pair:  # noqa: PLR0911 - one for each kind
        graph, kind = self.graph, self.random.randrange(9 if depth else 2)
        if kind == 0:
            value = self.random.randint(-3, 3)
            return graph.const(value), f"({value})"
        if kind == 1:
            name = self.random.choice(NAMES)
            return graph.fact(name), name
        (one, left), (other, right) = self.number(depth - 1), self.number(depth - 1)
        if kind == 2:
            when, text = self.condition(depth - 1)
            return graph.choice(when, one, other), f"({left} if {text} else {right})"
        if kind == 3:
            return graph.floored(one, 3), f"({left} // 3)"
        if kind == 4:
            return graph.greatest(one, other), f"max({left}, {right})"
        if kind == 5:
            return graph.least(one, other), f"min({left}, {right})"
        sign, made = {6: ("+", graph.add), 7: ("-", graph.sub), 8: ("*", graph.mul)}[kind]
        return made(one, other), f"({left} {sign} {right})"

    def condition(self, depth: int) -> Pair:  # noqa: PLR0911 - one for each kind
        graph, kind = self.graph, self.random.randrange(7 if depth else 3)
        if kind < 3:
            (one, left), (other, right) = self.number(depth), self.number(depth)
            if kind == 0:
                return graph.le(one, other), f"({left} <= {right})"
            if kind == 1:
                return graph.lt(one, other), f"({left} < {right})"
            numbers = self.random.sample(range(-3, 4), 2)
            return graph.among(one, numbers), f"({left} in {numbers})"
        (one, left), (other, right) = self.condition(depth - 1), self.condition(depth - 1)
        if kind == 3:
            return graph.all(one, other), f"({left} and {right})"
        if kind == 4:
            return graph.any(one, other), f"({left} or {right})"
        if kind == 5:
            return graph.no(one), f"(not {left})"
        third, text = self.condition(depth - 1)
        return graph.choice(third, one, other), f"({left} if {text} else {right})"


seeds = st.integers(0, 2**48)
many = settings(max_examples=150, deadline=None, database=None)


@many
@given(seeds)
def test_an_expression_comes_to_what_its_parts_say(seed: int) -> None:
    maker = Maker(Random(seed))
    node, text = maker.number(4)

    for _ in range(8):
        facts = {name: maker.random.randint(-4, 4) for name in NAMES}
        assert worked_out([node])(facts)[0] == eval(text, {}, facts), text


@many
@given(seeds)
def test_what_is_left_of_a_condition_is_what_it_was(seed: int) -> None:
    maker = Maker(Random(seed))
    node, text = maker.condition(4)

    for _ in range(8):
        facts = {name: maker.random.randint(-4, 4) for name in NAMES}
        left = node
        while left.variables:
            variable = min(left.variables, key=lambda each: each.id)
            number = int(worked_out([variable])(facts)[0])
            left = put(maker.graph, left, (variable, number), {})
        assert bool(worked_out([left])(facts)[0]) == bool(eval(text, {}, facts)), text


def test_equal_expressions_are_one() -> None:
    graph = Graph()
    one, other = graph.fact("a"), graph.fact("b")

    assert graph.le(graph.plus(one, 5), other) is graph.lt(graph.plus(one, 4), other)
    one_less, other_less = graph.le(one, graph.const(3)), graph.le(other, graph.const(3))
    both = graph.all(one_less, other_less)
    assert graph.all(one_less, graph.no(one_less)) is graph.false
    assert graph.all(one_less, other_less, graph.no(both)) is graph.false
    assert graph.sub(graph.plus(one, 30), one) is graph.const(30)
    assert graph.among(graph.choice(one_less, graph.const(1), graph.const(2)), [1]) is one_less
