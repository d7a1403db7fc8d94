"""Decisions of several requests are kept by one commit, each before its request goes on."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

import pytest

from adapters.store.group_commit import GroupCommit

WAIT = 20


class Stopped(BaseException):
    """Ends a thread, as an exit does."""


class Disk:
    """Takes decisions; the first commit ends when it is told to."""

    def __init__(self, refuses: str = "", stops: bool = False) -> None:
        self._stops = stops
        self.begun, self.go_on = Event(), Event()
        self.commits: list[list[str]] = []
        self._refuses = refuses
        self._one = Lock()

    def commit(self, decided: Sequence[Any]) -> None:
        assert self._one.acquire(blocking=False), "two commit at once"
        try:
            self.begun.set()
            assert self.go_on.wait(WAIT)
            if self._refuses in decided:
                raise OSError(self._refuses)
            if self._stops and len(decided) > 1:
                self._stops = False
                raise Stopped
            self.commits.append(list(decided))
        finally:
            self._one.release()

    @property
    def kept(self) -> list[str]:
        return [each for commit in self.commits for each in commit]


def keep(together: GroupCommit, disk: Disk, names: str) -> list[BaseException | None]:
    """The first commits while all others queue up; what each of them was raised."""
    with ThreadPoolExecutor(len(names)) as pool:
        asked = [pool.submit(kept, together, disk, names[0])]
        assert disk.begun.wait(WAIT)
        asked += [pool.submit(kept, together, disk, name) for name in names[1:]]
        while len(together._queue) < len(names) - 1:
            pass
        disk.go_on.set()
        return [each.result(WAIT) for each in asked]


def kept(together: GroupCommit, disk: Disk, name: str) -> BaseException | None:
    try:
        together.keep([name])  # type: ignore[list-item]
    except (OSError, Stopped) as error:
        return error
    assert name in disk.kept, "went on before it was kept"
    return None


def test_all_that_wait_are_kept_by_one_commit() -> None:
    disk = Disk()

    raised = keep(GroupCommit(disk.commit), disk, "abcdef")

    assert raised == [None] * 6
    assert [len(each) for each in disk.commits] == [1, 5]
    assert sorted(disk.kept) == list("abcdef")


@pytest.mark.parametrize("bad", "bd")
def test_what_cannot_be_kept_is_told_to_its_own_request_alone(bad: str) -> None:
    disk = Disk(refuses=bad)

    raised = keep(GroupCommit(disk.commit), disk, "abcd")

    assert [name for name, each in zip("abcd", raised, strict=True) if each] == [bad]
    assert sorted(disk.kept) == sorted(set("abcd") - {bad})


def test_who_waits_is_kept_though_the_one_that_commits_for_all_is_stopped() -> None:
    disk = Disk(stops=True)

    raised = keep(GroupCommit(disk.commit), disk, "abcdef")

    assert [type(each) for each in raised if each] == [Stopped]
    assert len(disk.kept) == 5


def test_nothing_to_keep_takes_no_commit() -> None:
    disk = Disk()

    GroupCommit(disk.commit).keep([])

    assert not disk.begun.is_set()
