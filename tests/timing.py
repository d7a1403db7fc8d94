"""Bounds of processor time, which no other work of the machine fails by being there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

Result = TypeVar("Result")
TRIES: Final = 3
"""What is too slow is so each time; a busy machine shares its caches, and a process its threads."""


def within(
    seconds: float, act: Callable[[int], Result], clock: Callable[[], float] = time.process_time
) -> Result:
    """What is done within so many seconds of the processor in one of some tries at least.

    `act` is told which try it is: what is remembered must not make the next one quick.
    """
    took = []
    for again in range(TRIES):
        began = clock()
        done = act(again)
        took.append(clock() - began)
        if took[-1] < seconds:
            return done
    raise AssertionError(f"it took {', '.join(f'{each:.2f}' for each in took)} seconds")
