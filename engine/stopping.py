"""Stops checks that take longer than somebody waits; the engine has no clock, so one is passed in.

What reads a text looks at it at every value and row, what tries or lays out returns at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Past = Callable[[], bool]
"""Whether nobody waits any more."""

_PAST: ContextVar[Past | None] = ContextVar("past", default=None)


class ChecksStopped(Exception):
    """A check was stopped before its end; what it had found is lost."""


@contextmanager
def stopping(past: Past) -> Iterator[None]:
    """What is checked in the block is stopped when `past` says so: raises `ChecksStopped`."""
    token = _PAST.set(past)
    try:
        yield
    finally:
        _PAST.reset(token)


def is_over() -> bool:
    """Whether nobody waits any more."""
    past = _PAST.get()
    return past is not None and past()


def go_on() -> None:
    """Raises `ChecksStopped` where nobody waits any more."""
    if is_over():
        raise ChecksStopped
