"""Nobody spends more than a bucket holds and what came into it since, and nobody for another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_api.serving.allowance import REMEMBERED, Allowance, Spent
from returns_api.serving.bodies import Refused
from returns_api.serving.guesses import WRONG_KEYS, Guesses, digest, place_of

MOST, PER_SECOND = 100, 10.0


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    asked=st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.integers(1, MOST),
            st.floats(0, 5),
            st.floats(0, 1),
        ),
        max_size=60,
    )
)
def test_what_is_spent_is_the_bucket_and_what_came_since(
    asked: list[tuple[str, int, float, float]],
) -> None:
    clock = Clock()
    allowance = Allowance(MOST, PER_SECOND, clock)
    spent = {"a": 0.0, "b": 0.0}
    for name, points, later, used in asked:
        clock.now += later
        try:
            allowance.take(name, points)
        except Spent as refused:
            clock.now += refused.seconds
            allowance.take(name, points)
        left = allowance.settle(name, points * used - points)
        spent[name] += points * used
        assert spent[name] <= MOST + PER_SECOND * clock.now + 1e-6
        assert 0 <= left.points <= left.most


def test_one_is_not_held_up_by_another() -> None:
    allowance = Allowance(MOST, PER_SECOND, Clock())
    allowance.take("a", MOST)

    with pytest.raises(Spent) as spent:
        allowance.take("a", 1)

    assert spent.value.seconds == 1
    assert spent.value.left.full_in == MOST / PER_SECOND
    allowance.take("b", MOST)
    assert allowance.settle("b", 0).points == 0


def test_the_buckets_of_a_crowd_are_forgotten() -> None:
    allowance = Allowance(MOST, PER_SECOND, Clock())
    for number in range(REMEMBERED + 10):
        allowance.take(str(number), 1)

    assert len(allowance._buckets) == REMEMBERED


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("a socket", "a socket"),
    ],
)
def test_an_address_of_ipv6_stands_for_its_network(address: str, place: str) -> None:
    assert place_of(address) == place


def test_who_guesses_waits_and_no_one_else_does() -> None:
    guesses, right = Guesses(), digest("right")
    guesses.right(right, "whose")
    for number in range(WRONG_KEYS):
        guesses.check("192.0.2.1", digest(str(number)))
        guesses.wrong("192.0.2.1", digest(str(number)))

    with pytest.raises(Refused) as refused:
        guesses.check("192.0.2.1", digest("another"))
    guesses.check("192.0.2.1", right)
    guesses.check("192.0.2.2", digest("another"))

    assert (refused.value.status, refused.value.code) == (429, "rate_limited")
    assert int(refused.value.headers["retry-after"]) >= 1


def test_a_key_that_was_revoked_is_a_wrong_one() -> None:
    guesses = Guesses()
    guesses.right("x", "whose")
    guesses.wrong("192.0.2.1", "x")

    assert not guesses.known("x")
