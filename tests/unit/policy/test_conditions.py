"""Negation is pushed down to the tests, by De Morgan and to the opposite of each operator."""

import pytest

from engine.policy.conditions import either, joined, leaves, negated
from engine.policy.faults import Source
from engine.policy.model import ALWAYS, All, AnyOf, Leaf, Op

HERE = Source("a.yaml", 1, 1)


def leaf(fact: str, op: Op = Op.IN) -> Leaf:
    return Leaf(fact=fact, op=op, words=("x",), written="x", source=HERE)


@pytest.mark.parametrize(
    ("op", "opposite"),
    [
        (Op.IN, Op.NOT_IN),
        (Op.UNDER, Op.AT_LEAST),
        (Op.OVER, Op.AT_MOST),
        (Op.HAS, Op.LACKS),
        (Op.KNOWN, Op.UNKNOWN),
        (Op.ABSENT, Op.PRESENT),
    ],
)
def test_every_operator_has_an_opposite_and_back(op: Op, opposite: Op) -> None:
    once = negated(leaf("a", op))

    assert isinstance(once, Leaf)
    assert once.op is opposite
    assert [each.op for each in leaves(negated(once))] == [op]


def test_not_all_is_any_not_and_not_any_is_all_not() -> None:
    a, b = leaf("a"), leaf("b")

    assert negated(All((a, b))) == AnyOf((negated(a), negated(b)))
    assert negated(AnyOf((a, b))) == All((negated(a), negated(b)))


def test_never_is_the_opposite_of_always() -> None:
    assert negated(ALWAYS) == AnyOf(())
    assert negated(AnyOf(())) == ALWAYS


def test_joined_conditions_lie_flat() -> None:
    a, b, c = leaf("a"), leaf("b"), leaf("c")

    assert joined([All((a, b)), c]) == All((a, b, c))
    assert joined([ALWAYS, a]) == a
    assert joined([]) == ALWAYS


def test_one_of_one_is_that_one_and_one_of_none_is_nothing() -> None:
    assert either([leaf("a")]) == leaf("a")
    assert either([]) is None


def test_leaves_come_in_the_order_written() -> None:
    nested = All((leaf("a"), AnyOf((leaf("b"), All((leaf("c"),))))))

    assert [each.fact for each in leaves(nested)] == ["a", "b", "c"]
