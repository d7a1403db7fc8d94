"""The deadline of a thread's database work, which both databases observe.

Knows no request: whoever serves one sets its deadline.
"""

from __future__ import annotations

import threading
import time
from math import inf

from engine.errors import RequestFault


class Deadline:
    """A moment of the monotonic clock; a commit may end it, because committed work is answered."""

    def __init__(self, seconds: float = inf) -> None:
        self.seconds = seconds
        self.until = time.monotonic() + seconds
        self.ends_with_commit = False

    def left(self) -> float:
        """Seconds left; 0 or less means it has passed."""
        return self.until - time.monotonic()

    def committed(self) -> None:
        """Called after each commit: lifts the deadline, so that the answer is given however long it
        takes.
        """
        if self.ends_with_commit:
            self.until = inf

    def fault(self) -> RequestFault:
        """The fault to raise once it has passed."""
        return RequestFault(
            "took_too_long",
            f"This took longer than {self.seconds:g} seconds and was stopped; nothing of it was "
            "kept. Ask for less at once, or ask again.",
        )


class _Working(threading.local):
    deadline: Deadline | None = None


_working = _Working()


class within:  # noqa: N801 - it reads as a word
    """Sets the deadline of this thread for the block."""

    __slots__ = ("_before", "_deadline")

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def __enter__(self) -> None:
        self._before, _working.deadline = _working.deadline, self._deadline

    def __exit__(self, *_: object) -> None:
        _working.deadline = self._before


def current() -> Deadline | None:
    """The deadline of this thread; None for work that nobody waits for."""
    return _working.deadline


def is_past() -> bool:
    """Whether this thread's deadline has passed."""
    deadline = _working.deadline
    return deadline is not None and deadline.left() <= 0
