"""A test of a row holds, fails or depends on an unknown fact, for each kind of value."""

import pytest

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.rules.explained_test import truth
from engine.policy.faults import Source
from engine.policy.model import Leaf, Op

HERE = Source("test.yaml", 1, 1)


def leaf(fact: str, op: Op, number: int = 0, *words: str) -> Leaf:
    return Leaf(fact=fact, op=op, number=number, words=words, written="", source=HERE)


def judged(test: Leaf, value: int) -> bool | None:
    """Returns the result of a test for one value; the word `w5` has the code 5."""
    return truth(test, 0, tuple(int(word[1:]) for word in test.words))([value])


@pytest.mark.parametrize(
    ("op", "number", "words", "expected"),
    [  # for 4, 5, 6, absent, unknown
        (Op.UNDER, 5, (), [True, False, False, False, None]),
        (Op.AT_MOST, 5, (), [True, True, False, False, None]),
        (Op.OVER, 5, (), [False, False, True, False, None]),
        (Op.AT_LEAST, 5, (), [False, True, True, False, None]),
        (Op.IN, 0, ("w5",), [False, True, False, False, None]),
        (Op.IN, 0, ("w4", "w5"), [True, True, False, False, None]),
        (Op.NOT_IN, 0, ("w5",), [True, False, True, True, None]),
        (Op.NOT_IN, 0, ("w4", "w5"), [False, False, True, True, None]),
        (Op.KNOWN, 0, (), [True, True, True, False, False]),
        (Op.UNKNOWN, 0, (), [False, False, False, True, True]),
        (Op.ABSENT, 0, (), [False, False, False, True, None]),
        (Op.PRESENT, 0, (), [True, True, True, False, None]),
    ],
)
def test_a_test_holds_does_not_or_hangs_on_the_unknown(
    op: Op, number: int, words: tuple[str, ...], expected: list[bool | None]
) -> None:
    test = leaf("a", op, number, *words)

    assert [judged(test, value) for value in (4, 5, 6, ABSENT, UNKNOWN)] == expected


@pytest.mark.parametrize(
    ("op", "expected"), [(Op.HAS, [True, False, None]), (Op.LACKS, [False, True, None])]
)
def test_a_member_of_a_set_is_there_or_not_or_unknown(op: Op, expected: list[bool | None]) -> None:
    test = leaf("a", op, 0, "w1")

    assert [judged(test, value) for value in (1, 0, UNKNOWN)] == expected
