"""The tax of a line is shared over its units: the shares of all pieces add up to it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.settlement.spreading import tax_in, tax_of_units


@given(st.integers(0, 10**9), st.lists(st.integers(0, 50), min_size=1, max_size=20))
def test_pieces_of_a_line_take_its_tax_and_no_more(tax: int, pieces: list[int]) -> None:
    ordered = sum(pieces) or 1
    ends = [sum(pieces[:count]) for count in range(len(pieces) + 1)]
    found = [tax_of_units(tax, end, ordered) for end in ends]
    parts = [after - before for before, after in pairwise(found)]

    assert sum(parts) == (tax if sum(pieces) else 0)
    assert all(part >= 0 for part in parts)


@given(st.integers(0, 10**9), st.integers(1, 100), st.data())
def test_a_share_is_within_half_a_minor_unit(tax: int, ordered: int, data: st.DataObject) -> None:
    units = data.draw(st.integers(0, ordered))

    assert abs(tax_of_units(tax, units, ordered) * ordered - tax * units) * 2 <= ordered


def test_three_cents_over_two_units() -> None:
    assert [tax_of_units(3, units, 2) for units in (0, 1, 2)] == [0, 2, 3]


def test_a_part_of_what_was_charged_has_its_part_of_the_tax() -> None:
    assert (tax_in(1_190, 190, 1_190), tax_in(595, 190, 1_190), tax_in(0, 0, 0)) == (190, 95, 0)
