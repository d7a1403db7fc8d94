"""What holds of every law that is tried on drawn examples."""

from hypothesis import settings


def test_no_example_is_bound_by_the_time_of_a_busy_machine() -> None:
    assert settings().deadline is None
