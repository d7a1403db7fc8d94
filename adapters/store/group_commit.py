"""Commits the decisions of several requests together (group commit).

A commit waits for the disk, and SQLite has one writer. While one thread commits, others queue up;
the next one commits for all of them. No request is answered before its decisions are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from adapters.store.records import Decided

Commit = Callable[[Sequence[Decided]], None]


@dataclass(slots=True, eq=False)
class _Waiting:
    decided: Sequence[Decided]
    kept: bool = False


class GroupCommit:
    """Shared by all threads of a process; `commit` stores decisions durably, or raises."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._queue: list[_Waiting] = []
        self._queued, self._turn = Lock(), Lock()

    def keep(self, decided: Sequence[Decided]) -> None:
        """Returns once these decisions are stored; raises what `commit` raises for them alone."""
        if not decided:
            return
        mine = _Waiting(decided)
        with self._queued:
            self._queue.append(mine)
        with self._turn:
            if mine.kept:
                return
            with self._queued:
                batch, self._queue = self._queue, []
            self._keep(batch, mine)

    def _keep(self, batch: list[_Waiting], mine: _Waiting) -> None:
        """Commits a batch; on failure commits only its own part, and leaves the others in the
        queue.
        """
        try:
            self._commit([each for one in batch for each in one.decided])
        except BaseException as error:  # the other threads' decisions must stay queued
            others = [one for one in batch if one is not mine]
            with self._queued:
                self._queue = others + self._queue
            if not others or not isinstance(error, Exception):
                raise
            self._commit(mine.decided)
            batch = [mine]
        for one in batch:
            one.kept = True
