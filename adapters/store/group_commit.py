"""Commits the decisions of several requests together (group commit).

A commit waits for the disk, and SQLite has one writer. Whoever runs requests one after the other
collects what each of them keeps, and commits it for all of them before any of them is answered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from math import inf
from typing import Final

from adapters.store.connection.deadline import Deadline, current, within
from adapters.store.records import Decided

GRACE: Final = 0.5
"""Seconds that a commit has even if a request's deadline passes meanwhile: the work is done."""
Commit = Callable[[Sequence[Decided]], None]


class _Here(threading.local):
    kept: Kept | None = None


class Kept:
    """What one request keeps in a block on one thread; it is stored by `GroupCommit.commit`."""

    __slots__ = ("_here", "deadline", "decided")

    def __init__(self, here: _Here) -> None:
        self._here = here
        self.decided: list[Decided] = []
        self.deadline: Deadline | None = None

    def __enter__(self) -> Kept:
        self._here.kept = self
        return self

    def __exit__(self, *_: object) -> None:
        self._here.kept = None

    def __bool__(self) -> bool:
        return bool(self.decided)

    @property
    def until(self) -> float:
        """Until when its request is to be told, by the monotonic clock."""
        return self.deadline.until if self.deadline else inf

    @property
    def is_late(self) -> bool:
        """Whether its request's deadline has passed."""
        return self.deadline is not None and self.deadline.left() <= 0


class GroupCommit:
    """Shared by all threads of a process; `commit` stores decisions durably in a session of
    the store, or raises.
    """

    def __init__(self, session: Callable[[], AbstractContextManager[None]], commit: Commit) -> None:
        self._session = session
        self._commit = commit
        self._here = _Here()

    def collecting(self) -> Kept:
        """Returns a block in which `keep` leaves decisions to `commit`, which whoever opens it
        calls before anybody is told of them.
        """
        return Kept(self._here)

    def keep(self, decided: Sequence[Decided]) -> None:
        """Inside a session: stores decisions, or leaves them to the block around."""
        if not decided:
            return
        kept = self._here.kept
        if kept is None:
            self._commit(decided)
            return
        kept.decided.extend(decided)
        kept.deadline = current()

    def keep_now(self) -> None:
        """Inside a session, before decisions are listed: stores what the block around has left to
        `commit`, so that it is among them.
        """
        kept = self._here.kept
        if kept is not None and kept.decided:
            self._commit(kept.decided)
            kept.decided.clear()

    def commit(self, kept: Sequence[Kept]) -> None:
        """Outside a session: stores what several blocks collected, or raises and stores nothing.

        Lasts no longer than the first of their deadlines, and never less than `GRACE`.
        """
        first = min((each.until for each in kept), default=inf)
        left = max(first - time.monotonic(), GRACE)
        with within(Deadline(left)), self._session():
            self._commit([each for one in kept for each in one.decided])
