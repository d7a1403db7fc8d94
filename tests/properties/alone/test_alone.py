"""A decision depends on its facts only: byte for byte, whatever was decided before or with it."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.properties.alone.records import Mismatch
from tests.properties.alone.trials import SHIPPED, of_one_shape, of_random, of_shipped, one_shape

LINES = 150
seeds = st.integers(0, 2**48)


def said(found: list[Mismatch]) -> str:
    return f"{len(found)} records hang on what was asked before, such as\n{found[0]}"


def test_all_shipped_policies_are_there() -> None:
    assert len(SHIPPED) >= 29


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_policy_decides_by_the_facts_alone(file: Path) -> None:
    found = list(of_shipped(file, file.stem, LINES))
    assert not found, said(found)


@settings(max_examples=20, deadline=None, database=None)
@given(seeds)
def test_a_random_policy_decides_by_the_facts_alone(seed: int) -> None:
    found = list(of_random(seed, 40))
    assert not found, said(found)


@settings(max_examples=6, deadline=None, database=None)
@given(seeds)
def test_policies_of_one_shape_leave_one_another_alone(seed: int) -> None:
    random = Random(seed)
    policies = one_shape(random)
    assume(len(policies) == 3)

    found = list(of_one_shape(policies, random, 8))

    assert not found, said(found)
