"""The ways of a condition cover exactly the returns for which it is true."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.meaning.code import worked_out
from engine.meaning.difference import Budget, TooMuch
from engine.meaning.graph import Node
from engine.meaning.regions import FAR, Domain, Path
from engine.meaning.spans import covers
from engine.meaning.ways import Ways
from tests.unit.meaning.test_graph import NAMES, Maker

NUMBERS = range(-2, 3)
MOST = 500
"""The most ways that are looked at of those found before giving up."""


def domain(node: Node) -> Domain:
    if node.op == "fact":
        return Domain(rank=1, low=NUMBERS[0], high=NUMBERS[-1])
    choices = {"if", "max", "min"} & {each.op for each in (node, *node.parts)}
    return Domain(rank=9 if choices else 5, low=-FAR, high=FAR)


@settings(max_examples=150, deadline=None, database=None)
@given(st.integers(0, 2**48))
def test_a_condition_is_true_just_where_one_of_its_ways_leads(seed: int) -> None:
    held(seed, Budget(cases=10**6))


def test_all_ways_of_usual_conditions_are_found() -> None:
    assert all(held(seed, Budget(cases=10**6)) for seed in range(150))


@pytest.mark.parametrize("cases", [20, 200])
def test_what_is_found_before_giving_up_leads_where_a_condition_is_true(cases: int) -> None:
    """Some conditions have more ways than any budget, as others have more than this one."""
    gave_up = [held(seed, Budget(cases=cases)) for seed in range(150)].count(False)

    assert 5 < gave_up < 150


def held(seed: int, budget: Budget) -> bool:
    """Holds the ways of a random condition against it; returns whether all of them were found."""
    maker = Maker(Random(seed))
    condition, text = maker.condition(4)
    found, every = ways(Ways(maker.graph, domain, budget), condition)
    variables = list(dict.fromkeys(variable for path in found for variable, _ in path))
    work_out = worked_out([condition, *variables])

    for numbers in product(NUMBERS, repeat=len(NAMES)):
        holds, *values = work_out(dict(zip(NAMES, numbers, strict=True)))
        at = dict(zip(variables, values, strict=True))
        inside = sum(all(covers(span, at[variable]) for variable, span in path) for path in found)
        assert inside == int(holds) if every else inside <= int(holds), text
    return every


def ways(made: Ways, condition: Node) -> tuple[list[Path], bool]:
    """Returns the ways, and whether these are all; of too many, the first."""
    found: list[Path] = []
    try:
        found.extend(made.of(condition))
    except TooMuch:
        return found[:MOST], False
    return found, True
