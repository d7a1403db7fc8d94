"""Sets of integers as ranges agree with Python's own sets."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.meaning.spans import Span, common, covers, union, without

NUMBERS = range(-2, 14)
pairs = st.tuples(st.integers(0, 11), st.integers(0, 11)).map(lambda p: (min(p), max(p)))
spans = st.lists(pairs, max_size=4).map(union)


def members(span: Span) -> set[int]:
    return {number for number in NUMBERS if covers(span, number)}


@given(spans, spans)
def test_ranges_are_joined_cut_and_taken_away_as_sets_are(one: Span, other: Span) -> None:
    assert members(union(one, other)) == members(one) | members(other)
    assert members(common(one, other)) == members(one) & members(other)
    assert members(without(one, other)) == members(one) - members(other)


@given(spans, spans)
def test_ranges_stay_apart_and_in_order(one: Span, other: Span) -> None:
    for span in (union(one, other), common(one, other), without(one, other)):
        ends = [end for pair in span for end in pair]
        assert ends == sorted(ends)
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(one))
