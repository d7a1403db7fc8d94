"""What was used last is kept; what is lent stays open, and what is dropped is closed once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.caches import LruCache, ResourcePool


class Tool:
    """Counts how often it was closed."""

    def __init__(self, weight: float = 1) -> None:
        self.closed = 0
        self.weight = weight

    def close(self) -> None:
        self.closed += 1


def tools(most: float) -> ResourcePool[Tool]:
    return ResourcePool(most, lambda tool: tool.weight)


def test_a_value_is_made_once_and_lent_again() -> None:
    lender = tools(2)
    with lender.lent("a", Tool) as first:
        pass
    with lender.lent("a", Tool) as again:
        assert again is first


def test_the_value_used_longest_ago_is_closed_when_there_are_too_many() -> None:
    lender = tools(2)
    lent = {}
    for key in ("a", "b", "a", "c"):
        with lender.lent(key, Tool) as tool:
            lent[key] = tool

    assert {key: tool.closed for key, tool in lent.items()} == {"a": 0, "b": 1, "c": 0}


def test_a_dropped_value_stays_open_until_it_is_given_back() -> None:
    lender = tools(1)
    with lender.lent("a", Tool) as tool:
        with lender.lent("a", Tool), lender.lent("b", Tool):
            pass
        assert tool.closed == 0

    assert tool.closed == 1


def test_closing_spares_what_is_in_use() -> None:
    lender = tools(5)
    with lender.lent("a", Tool) as tool:
        lender.close()
        assert tool.closed == 0

    assert tool.closed == 1


def test_threads_share_one_value() -> None:
    lender = tools(3)
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
    lender = tools(3)

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


def test_a_value_that_grows_in_use_drives_others_out() -> None:
    lender = tools(3)
    with lender.lent("a", Tool) as first, lender.lent("b", Tool) as second:
        second.weight = 3

    assert (first.closed, second.closed) == (1, 0)
    assert lender.weight == 3


def test_a_value_heavier_than_all_that_may_be_kept_stays_until_the_next() -> None:
    lender = tools(3)
    with lender.lent("a", lambda: Tool(5)) as heavy:
        pass
    assert heavy.closed == 0
    with lender.lent("b", Tool) as light:
        pass

    assert (heavy.closed, light.closed, lender.weight) == (1, 0, 1)


def test_a_value_that_is_dropped_by_key_is_made_again() -> None:
    lender = tools(3)
    with lender.lent("a", Tool) as first:
        lender.drop("a")
        assert first.closed == 0
    lender.drop("never lent")
    with lender.lent("a", Tool) as second:
        pass

    assert (first.closed, second.closed, lender.weight) == (1, 0, 1)


def test_a_value_that_cannot_be_made_leaves_nothing_behind() -> None:
    lender = tools(3)

    def broken() -> Tool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), lender.lent("a", broken):
        pass

    assert (len(lender._held), lender.weight) == (0, 0)


def test_what_was_lent_and_made_is_counted() -> None:
    lender = tools(2)
    for key in ("a", "a", "b", "c", "a"):
        with lender.lent(key, Tool):
            pass

    assert lender.counts == (5, 4)


def test_threads_that_lend_more_than_is_kept_never_hold_a_closed_value() -> None:
    lender = tools(3)
    made: list[Tool] = []

    def make() -> Tool:
        made.append(Tool())
        return made[-1]

    def use(number: int) -> None:
        for turn in range(500):
            key = (number * 7 + turn * 3) % 8
            with lender.lent(key, make) as tool:
                tool.weight = 1 + turn % 2
                assert tool.closed == 0
            if turn % 50 == 0:
                lender.drop(key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(8)))
    lender.close()

    assert {tool.closed for tool in made} == {1}
    assert lender.weight == 0


def test_kept_values_are_the_last_used() -> None:
    kept: LruCache[str] = LruCache(2)
    made: list[str] = []

    def make(key: str) -> str:
        return kept.get(key, lambda: made.append(key) or key)

    for key in ("a", "b", "a", "c", "a", "b"):
        make(key)

    assert made == ["a", "b", "c", "b"]


def test_kept_values_weigh_no_more_than_they_may_and_who_wants_is_told_what_went() -> None:
    gone: list[int] = []
    kept: LruCache[int] = LruCache(10, lambda value: value, gone.append)

    for value in (4, 5, 3, 12, 1):
        kept.get(value, lambda value=value: value)

    assert gone == [4, 5, 3, 12]
    assert kept.weight == 1
    assert [kept.find(value) for value in (12, 1)] == [None, 1]


def test_threads_that_make_one_value_at_once_all_get_the_first() -> None:
    kept: LruCache[Tool] = LruCache(5, lambda _: 1)
    barrier = threading.Barrier(8)

    def make() -> Tool:
        barrier.wait()
        return Tool()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: kept.get("a", make), range(8)))

    assert len(set(map(id, found))) == 1
    assert kept.weight == 1
