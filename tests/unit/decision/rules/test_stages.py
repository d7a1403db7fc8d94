"""Conditions become alternatives of integer tests; a picker takes the values of its slots."""

import pytest

from engine.decision.rules.row_rules import MOST_ALTERNATIVES, alternatives, picker
from engine.policy.faults import Source
from engine.policy.model import All, AnyOf, Condition, Leaf, Op

HERE = Source("test.yaml", 1, 1)


def leaf(name: str) -> Leaf:
    return Leaf(fact=name, op=Op.KNOWN, written="", source=HERE)


A, B, C, D = (leaf(name) for name in "abcd")


def names(condition: Condition) -> list[str] | None:
    found = alternatives(condition)
    return None if found is None else ["".join(each.fact for each in one) for one in found]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (A, ["a"]),
        (All(()), [""]),
        (All((A, B)), ["ab"]),
        (AnyOf((A, B)), ["a", "b"]),
        (All((A, AnyOf((B, C)))), ["ab", "ac"]),
        (All((AnyOf((A, B)), AnyOf((C, D)))), ["ac", "ad", "bc", "bd"]),
        (AnyOf((All((A, B)), All((C, D)))), ["ab", "cd"]),
        (AnyOf(()), []),
    ],
)
def test_or_unfolds_into_alternatives(condition: Condition, expected: list[str]) -> None:
    assert names(condition) == expected


def test_more_alternatives_than_are_taken_are_none() -> None:
    eight = AnyOf(tuple(leaf("a") for _ in range(8)))
    nine = AnyOf(tuple(leaf("a") for _ in range(9)))

    assert len(alternatives(All((eight, eight))) or ()) == MOST_ALTERNATIVES
    assert alternatives(All((eight, nine))) is None
    assert alternatives(AnyOf((All((eight, eight)), A))) is None


@pytest.mark.parametrize(
    ("slots", "picked"), [([], ()), ([2], (30,)), ([0, 2], (10, 30)), ([2, 0], (30, 10))]
)
def test_a_picker_takes_the_values_of_its_slots(slots: list[int], picked: tuple[int, ...]) -> None:
    assert picker(slots)([10, 20, 30]) == picked
