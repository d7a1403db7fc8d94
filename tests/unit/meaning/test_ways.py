"""The ways of a condition cover exactly the returns for which it is true."""

from __future__ import annotations

from itertools import product
from random import Random

from hypothesis import given, note, settings
from hypothesis import strategies as st

from engine.meaning.code import worked_out
from engine.meaning.difference import Budget
from engine.meaning.graph import Node
from engine.meaning.regions import FAR, Domain
from engine.meaning.spans import covers
from engine.meaning.ways import Ways
from tests.unit.meaning.test_graph import NAMES, Maker

NUMBERS = range(-2, 3)


def domain(node: Node) -> Domain:
    if node.op == "fact":
        return Domain(rank=1, low=NUMBERS[0], high=NUMBERS[-1])
    choices = {"if", "max", "min"} & {each.op for each in (node, *node.parts)}
    return Domain(rank=9 if choices else 5, low=-FAR, high=FAR)


@settings(max_examples=150, deadline=None, database=None)
@given(st.integers(0, 2**48))
def test_a_condition_is_true_just_where_one_of_its_ways_leads(seed: int) -> None:
    maker = Maker(Random(seed))
    condition, text = maker.condition(4)
    note(text)
    found = list(Ways(maker.graph, domain, Budget(cases=10**6)).of(condition))
    variables = list(dict.fromkeys(variable for path in found for variable, _ in path))
    work_out = worked_out([condition, *variables])

    for numbers in product(NUMBERS, repeat=len(NAMES)):
        holds, *values = work_out(dict(zip(NAMES, numbers, strict=True)))
        at = dict(zip(variables, values, strict=True))
        inside = [all(covers(span, at[variable]) for variable, span in path) for path in found]
        assert sum(inside) == int(holds)
