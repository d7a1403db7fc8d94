"""The twin in plain Python follows the logic of Kleene, value by value."""

import pytest

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.rules import twin
from engine.decision.rules.twin import maybe_rows, true_rows, truth
from engine.policy.faults import Source
from engine.policy.model import ALWAYS, All, AnyOf, Condition, Leaf, Op

HERE = Source("test.yaml", 1, 1)


def leaf(fact: str, op: Op, number: int = 0, *words: str) -> Leaf:
    return Leaf(fact=fact, op=op, number=number, words=words, written="", source=HERE)


def numbers(each: Leaf) -> tuple[int, tuple[int, ...]]:
    """Facts `a` and `b` stand in the slots 0 and 1; the word `w5` has the number 5."""
    return "ab".index(each.fact), tuple(int(word[1:]) for word in each.words)


def judged(condition: Condition, *values: int) -> bool | None:
    """What `truth` says; the two functions of rows must say the same."""
    found = truth(condition, numbers)(list(values))
    true = true_rows([(4, condition)], 0, numbers)(list(values))
    maybe = maybe_rows([(4, condition)], 0, numbers)(list(values))
    assert true == (4 if found is True else 0)
    assert maybe == (0 if found is False else 4)
    return found


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


YES, NO, HANGS = 1, 0, UNKNOWN
A, B = leaf("a", Op.OVER, 0), leaf("b", Op.OVER, 0)


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (YES, YES, True, True),
        (YES, NO, False, True),
        (YES, HANGS, None, True),
        (NO, NO, False, False),
        (NO, HANGS, False, None),
        (HANGS, HANGS, None, None),
    ],
)
def test_and_and_or_of_the_unknown(
    one: int, other: int, both: bool | None, either: bool | None
) -> None:
    assert judged(All((A, B)), one, other) is both
    assert judged(All((B, A)), one, other) is both
    assert judged(AnyOf((A, B)), one, other) is either
    assert judged(AnyOf((All((A, B)), All((B, A)))), one, other) is both


def test_no_test_always_holds() -> None:
    assert judged(ALWAYS, UNKNOWN) is True
    assert true_rows([(1, A), (2, B)], 2, numbers)([NO, NO]) == 2


def test_conditions_that_differ_in_thresholds_only_share_their_code_and_nothing_else() -> None:
    def old(number: int) -> Condition:
        return All((leaf("a", Op.OVER, number), leaf("b", Op.UNDER, number + 5)))

    five, nine = (true_rows([(1, old(number))], 0, numbers) for number in (5, 9))

    assert five.__code__ is nine.__code__  # type: ignore[attr-defined]
    assert [(five([each, 8]), nine([each, 8])) for each in (5, 6, 9, 10)] == [
        (0, 0),
        (1, 0),
        (1, 0),
        (1, 1),
    ]


def test_code_that_no_function_uses_is_forgotten() -> None:
    function = true_rows([(1, leaf("a", Op.OVER, 5)), (2, leaf("b", Op.OVER, 7))], 0, numbers)
    before = len(twin._SHARED)

    del function

    assert len(twin._SHARED) == before - 1
