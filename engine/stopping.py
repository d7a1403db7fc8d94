"""Stops checks once their caller no longer waits; the engine has no clock and is given one.

Reading a text asks at every value and row, trying or comparing returns at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Past = Callable[[], bool]
"""Returns whether the caller has stopped waiting."""

_PAST: ContextVar[Past | None] = ContextVar("past", default=None)


class ChecksStopped(Exception):
    """A check was stopped before its end; what it had found is lost."""


@contextmanager
def stopping(past: Past) -> Iterator[None]:
    """Lets checks in the block raise `ChecksStopped` as soon as `past` returns True."""
    token = _PAST.set(past)
    try:
        yield
    finally:
        _PAST.reset(token)


def is_over() -> bool:
    """Returns whether the caller has stopped waiting."""
    past = _PAST.get()
    return past is not None and past()


def go_on() -> None:
    """Raises `ChecksStopped` if the caller has stopped waiting."""
    if is_over():
        raise ChecksStopped
