"""What is lent stays open while it is in use, and what is dropped is closed once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from takeback.wiring import Kept, Lender


class Tool:
    """Counts how often it was closed."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_a_value_is_made_once_and_lent_again() -> None:
    lender: Lender[Tool] = Lender(2)
    with lender.lent("a", Tool) as first:
        pass
    with lender.lent("a", Tool) as again:
        assert again is first


def test_the_value_used_longest_ago_is_closed_when_there_are_too_many() -> None:
    lender: Lender[Tool] = Lender(2)
    tools = {}
    for key in ("a", "b", "a", "c"):
        with lender.lent(key, Tool) as tool:
            tools[key] = tool

    assert {key: tool.closed for key, tool in tools.items()} == {"a": 0, "b": 1, "c": 0}


def test_a_dropped_value_stays_open_until_it_is_given_back() -> None:
    lender: Lender[Tool] = Lender(1)
    with lender.lent("a", Tool) as tool:
        with lender.lent("a", Tool), lender.lent("b", Tool):
            pass
        assert tool.closed == 0

    assert tool.closed == 1


def test_closing_spares_what_is_in_use() -> None:
    lender: Lender[Tool] = Lender(5)
    with lender.lent("a", Tool) as tool:
        lender.close()
        assert tool.closed == 0

    assert tool.closed == 1


def test_threads_share_one_value() -> None:
    lender: Lender[Tool] = Lender(3)
    made: list[Tool] = []
    barrier = threading.Barrier(8)

    def make() -> Tool:
        made.append(Tool())
        return made[-1]

    def use(_: int) -> None:
        barrier.wait()
        with lender.lent("a", make) as tool:
            assert tool.closed == 0

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(8)))

    assert len(made) == 1


def test_a_value_that_cannot_be_made_is_tried_again() -> None:
    lender: Lender[Tool] = Lender(3)

    def broken() -> Tool:
        raise ZeroDivisionError

    for _ in range(2):
        try:
            with lender.lent("a", broken):
                raise AssertionError
        except ZeroDivisionError:
            pass
    with lender.lent("a", Tool) as tool:
        assert tool.closed == 0


def test_kept_values_are_the_last_used() -> None:
    kept: Kept[str] = Kept(2)
    made: list[str] = []

    def make(key: str) -> str:
        return kept.get(key, lambda: made.append(key) or key)

    for key in ("a", "b", "a", "c", "a", "b"):
        make(key)

    assert made == ["a", "b", "c", "b"]
