"""Ids are random, and can be typed after a command without being taken for an option."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from adapters.store.decision_history import keeping
from adapters.store.ids import new_id


def test_ids_differ_and_have_letters_and_digits_only() -> None:
    ids = {new_id() for _ in range(200)}

    assert len(ids) == 200
    assert all(each.isascii() and each.isalnum() and len(each) == 32 for each in ids)


@given(moments=st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=20))
def test_ids_of_decisions_are_in_the_order_of_their_moments(moments: list[datetime]) -> None:
    moments = [each.replace(microsecond=0) for each in moments if each.year > 1970]

    made = [keeping.new_id(each) for each in sorted(set(moments))]

    assert made == sorted(made)
    assert all(len(each) == 32 and each.isalnum() for each in made)


def test_ids_of_decisions_of_one_moment_have_eighty_random_bits() -> None:
    made = {keeping.new_id(datetime(2026, 1, 1, tzinfo=UTC))[12:] for _ in range(1_000)}

    assert len(made) == 1_000
    assert {len(each) for each in made} == {20}
