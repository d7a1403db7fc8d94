"""Decisions of several requests are collected, and stored by one commit."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from math import inf
from typing import Any

import pytest

from adapters.store.connection.deadline import Deadline, current, within
from adapters.store.group_commit import GroupCommit


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


def test_a_commit_has_as_long_as_the_last_of_its_requests(
    together: GroupCommit, disk: Disk
) -> None:
    blocks, deadlines = [], [Deadline(seconds) for seconds in (5, 20, 10)]
    for deadline in deadlines:
        with within(deadline), together.collecting() as kept:
            keep(together, "a")
        blocks.append(kept)

    together.commit(blocks)

    assert disk.deadlines == [deadlines[1].until]
    assert current() is None


def test_nothing_to_keep_takes_no_commit(together: GroupCommit, disk: Disk) -> None:
    keep(together, "")

    assert disk.commits == []
