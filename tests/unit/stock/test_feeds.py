"""A partner sees the level of the moment, is retried with growing waits, and never forgotten."""

import pytest

from engine.stock.delivery import WAITS, FeedState, shared_quantity, state_of, wait_after


def test_a_buffer_is_kept_back_and_nothing_below_zero_is_shared() -> None:
    assert shared_quantity(10, 3) == 7
    assert shared_quantity(2, 3) == 0


def test_waits_grow_and_end_in_parking() -> None:
    waits = [wait_after(attempts, lambda: 0.5) for attempts in range(1, len(WAITS) + 2)]

    assert waits == [*WAITS, None]


def test_a_tenth_of_jitter_spreads_the_tries() -> None:
    assert wait_after(2, lambda: 0.0) == pytest.approx(270)
    assert wait_after(2, lambda: 1.0) == pytest.approx(330)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"want": 3, "acked": 3}, FeedState.CURRENT),
        ({"want": 3, "acked": 2}, FeedState.BEHIND),
        ({"want": 3, "acked": 2, "attempts": 1}, FeedState.RETRYING),
        ({"want": 3, "acked": 2, "attempts": 9, "parked": True}, FeedState.PARKED),
        ({"want": 3, "acked": 3, "paused": True}, FeedState.PAUSED),
    ],
)
def test_the_state_of_a_feed(said: dict[str, int], state: FeedState) -> None:
    usual = {"attempts": 0, "paused": False, "parked": False}

    assert state_of(**{**usual, **said}) is state  # type: ignore[arg-type]
