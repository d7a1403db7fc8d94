"""Sums are split exactly to the cent, and no part is below zero."""

from hypothesis import given
from hypothesis import strategies as st

from engine.decision.whole_return.shares import lessened, split

amounts = st.integers(0, 10_000)
many = st.lists(amounts, min_size=1, max_size=8)


def test_the_last_part_takes_the_odd_cent() -> None:
    assert split(100, [1, 1, 1]) == [33, 33, 34]
    assert lessened([1000, 1000, 1000], 500) == [834, 834, 832]


def test_what_weighs_nothing_is_split_evenly() -> None:
    assert split(9, [0, 0]) == [4, 5]


def test_a_last_part_of_nothing_takes_no_odd_cent() -> None:
    assert lessened([1000, 1000, 1000, 0], 500) == [834, 834, 832, 0]


@given(amounts, many)
def test_parts_add_up(total: int, weights: list[int]) -> None:
    assert sum(split(total, weights)) == total


@given(many, amounts)
def test_what_is_left_adds_up_and_never_falls_below_zero(nets: list[int], once: int) -> None:
    left = lessened(nets, once)

    assert sum(left) == max(0, sum(nets) - once)
    assert all(0 <= part <= net for part, net in zip(left, nets, strict=True))
