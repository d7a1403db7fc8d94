"""Decisions of several requests are collected, and stored by one commit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from math import inf
from typing import Any

import pytest

from adapters.store.connection.deadline import Deadline, current, within
from adapters.store.group_commit import GRACE, GroupCommit, Kept


class Disk:
    """Takes decisions, and knows under which deadline it took them."""

    def __init__(self) -> None:
        self.commits: list[list[str]] = []
        self.deadlines: list[float] = []

    def commit(self, decided: Sequence[Any]) -> None:
        self.commits.append(list(decided))
        deadline = current()
        self.deadlines.append(deadline.until if deadline else inf)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def together(disk: Disk) -> GroupCommit:
    return GroupCommit(nullcontext, disk.commit)


def keep(together: GroupCommit, names: str) -> None:
    together.keep(list(names))  # type: ignore[arg-type]


def test_what_is_kept_outside_of_a_block_is_stored_at_once(
    together: GroupCommit, disk: Disk
) -> None:
    keep(together, "ab")

    assert disk.commits == [["a", "b"]]


def test_what_blocks_collect_is_stored_by_one_commit(together: GroupCommit, disk: Disk) -> None:
    blocks = []
    for names in ("ab", "", "c"):
        with together.collecting() as kept:
            keep(together, names)
        blocks.append(kept)
    assert [bool(each) for each in blocks] == [True, False, True]
    assert disk.commits == []

    together.commit(blocks)

    assert disk.commits == [["a", "b", "c"]]


def test_a_block_that_is_left_by_an_error_collects_nothing_more(
    together: GroupCommit, disk: Disk
) -> None:
    with pytest.raises(OSError, match="no"), together.collecting():
        raise OSError("no")

    keep(together, "a")

    assert disk.commits == [["a"]]


def kept_within(together: GroupCommit, *deadlines: Deadline) -> list[Kept]:
    blocks = []
    for deadline in deadlines:
        with within(deadline), together.collecting() as kept:
            keep(together, "a")
        blocks.append(kept)
    return blocks


def test_a_commit_has_as_long_as_the_first_of_its_requests(
    together: GroupCommit, disk: Disk
) -> None:
    """Or somebody would wait for it beyond a deadline."""
    deadlines = [Deadline(seconds) for seconds in (20, 5, 10)]

    together.commit(kept_within(together, *deadlines))

    assert disk.deadlines == [pytest.approx(deadlines[1].until, abs=0.1)]
    assert current() is None


def test_work_that_was_done_in_time_is_stored_although_its_time_ends_meanwhile(
    together: GroupCommit, disk: Disk
) -> None:
    began, blocks = time.monotonic(), kept_within(together, Deadline(20), Deadline(0))
    assert [each.is_late for each in blocks] == [False, True]

    together.commit(blocks)

    assert began + GRACE <= disk.deadlines[0] < began + GRACE + 1


def test_what_is_needed_within_a_block_is_stored_at_once_and_once(
    together: GroupCommit, disk: Disk
) -> None:
    with together.collecting() as kept:
        together.keep_now()
        keep(together, "ab")
        together.keep_now()
        assert not kept
        keep(together, "c")
    together.keep_now()
    together.commit([kept])

    assert disk.commits == [["a", "b"], ["c"]]


def test_nothing_to_keep_takes_no_commit(together: GroupCommit, disk: Disk) -> None:
    keep(together, "")

    assert disk.commits == []
